"""How is one stored observation drawn: as which number, with which mark, and in which words?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from dosing.domain.snapshot import Status
from dosing.domain.wording import plain
from monitoring.domain.measurement import parse_number
from monitoring.domain.observable import Observables
from monitoring.domain.reading import MeasuredReading
from monitoring.domain.trend import Mark, Point
from monitoring.domain.units import to_contract
from monitoring.models import Observation
from monitoring.selectors import board_words as words
from monitoring.selectors.board_values import WITHDRAWN
from monitoring.selectors.raw import reading_of

THOUSANDTH = Decimal("0.001")
HOUR = timedelta(hours=1)
VOLUMES = ("urine_output",)


def point_of(row: Observation, observables: Observables, weight_kg: Decimal | None) -> tuple[Point, MeasuredReading]:
    """Return the point and the reading it was made from; a volume is drawn as mL per hour of its interval."""
    reading = reading_of(row, observables, weight_kg)
    value = reading.value if reading.value is not None else number_anyway(row, observables)
    mark, note = mark_of(row, reading)
    shown = shown_of(row, reading, value, observables)
    if row.observable in VOLUMES:
        shown = shown if "(" in shown else f"{shown} mL"
        value = per_hour(value, row)
        note = note or ("" if row.interval_start else "no interval, so no rate is drawn")
    point = Point(
        at=row.observed_at,
        value=value,
        shown=shown,
        mark=mark,
        note=note,
        since=row.interval_start,
        is_feed=row.origin == "device",
    )
    return point, reading


def mark_of(row: Observation, reading: MeasuredReading) -> tuple[Mark, str]:
    """What is special about a row, the gravest first, and what the table says of it."""
    later = getattr(row, "replaced_by", None)
    if later is not None:
        if later.status in WITHDRAWN:
            return Mark.STRUCK, f"taken back: {later.reason or later.status.replace('-', ' ')}"
        return Mark.STRUCK, f"corrected to {later.comparator}{later.value}: {later.reason or 'by its sender'}"
    if row.not_gradable or reading.unusable is not None:
        return Mark.UNUSABLE, f"not graded: {row.not_gradable or reading.unusable}"
    if reading.status is Status.PRELIMINARY:
        return Mark.PRELIMINARY, "preliminary result"
    if row.comparator:
        return Mark.INEXACT, f"{row.comparator}: beyond what was measured exactly"
    return (Mark.UNLIKELY, "unlikely: check") if row.unlikely else (Mark.PLAIN, "")


def number_anyway(row: Observation, observables: Observables) -> Decimal | None:
    """The number of a value that cannot be used, in the chart's unit, so that it can be seen; None without one."""
    known, number = observables.get(row.observable), parse_number(row.value)
    unit = observables.unit(known, row.unit) if known is not None else None
    return None if number is None or unit is None or unit.per is not None else to_contract(number, unit)


def per_hour(volume: Decimal | None, row: Observation) -> Decimal | None:
    """The volume (mL) as mL per hour over its interval; None where no interval was charted."""
    if volume is None or row.interval_start is None:
        return None
    seconds = Decimal(int((row.observed_at - row.interval_start).total_seconds()))
    return (volume * 3600 / seconds).quantize(THOUSANDTH) if seconds > 0 else None


def shown_of(row: Observation, reading: MeasuredReading, value: Decimal | None, observables: Observables) -> str:
    """The number in the chart's unit; one that was converted says how it was sent."""
    known = observables.get(row.observable)
    sent = f"{row.comparator}{row.value} {words.unit(row.unit)}".strip()
    if value is None or known is None:
        return sent
    if reading.sent_unit is None or reading.sent_unit.ucum == known.unit or reading.sent_value == value:
        return f"{row.comparator}{row.value}"
    return f"{row.comparator}{plain(value.quantize(THOUSANDTH))} (sent as {sent})"
