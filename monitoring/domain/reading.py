"""What one stored observation says: a reading in the contract's unit, or why it has no usable value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from dosing.domain.snapshot import Origin, Reading, Status
from monitoring.domain.interval import Interval, between
from monitoring.domain.measurement import COMPARATORS, ReferenceRange, checked_range, parse_number
from monitoring.domain.observable import Category, Observable, Observables, Per, Unit
from monitoring.domain.plausibility import Plausibility, plausibility
from monitoring.domain.units import EXACT, to_contract


@dataclass(frozen=True, slots=True)
class RawObservation:
    """One observation exactly as it was sent; every clinical field is text and may be nonsense.

    ``origin`` None means the usual one of its observable. ``interval_start`` belongs to charted volumes and
    to rates per hour. ``uln``/``lln`` are the limits sent with this result, in ``unit``; monitor alarm
    limits are never passed here.
    """

    observable: str
    observed_at: datetime
    value: str | None = None
    comparator: str | None = None
    unit: str | None = None
    code: str | None = None
    interval_start: datetime | None = None
    status: str = Status.FINAL
    origin: Origin | None = None
    uln: str | None = None
    lln: str | None = None
    id: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class MeasuredReading(Reading):
    """A reading that also keeps what was sent, because a grade uses the limits printed for the sent unit.

    ``sent_value``, ``sent_uln``, ``sent_lln`` are in ``sent_unit``; all None where nothing usable was sent.
    ``unlikely`` marks a value that is graded although it is hard to believe. ``limits_from`` says whose limits
    those are when they did not come with the result, "" when they did.
    """

    sent_value: Decimal | None = None
    sent_unit: Unit | None = None
    sent_uln: Decimal | None = None
    sent_lln: Decimal | None = None
    unlikely: bool = False
    limits_from: str = ""


def to_reading(raw: RawObservation, observables: Observables, *, baseline_weight_kg: Decimal | None) -> MeasuredReading:
    """Read ``raw`` into the contract's unit; whatever is wrong with it becomes ``unusable``, never an error.

    ``unusable`` begins with one of: unknown observable, unknown status, no value, not a number, unknown
    comparator, unknown unit, unknown code, no dosing weight, no interval, impossible, limits do not fit the unit.
    ``baseline_weight_kg`` is the dosing weight, needed only for vasopressor rates that were not charted per kilogram.
    """
    observable = observables.get(raw.observable)
    if observable is None:
        return _unusable(raw, Origin.CHARTED, f"unknown observable {raw.observable}")
    origin = raw.origin or observable.origin
    if raw.status not in _STATUSES:
        return _unusable(raw, origin, f"unknown status {raw.status}")
    if observable.is_coded:
        return _coded(raw, observable, origin)
    return _numeric(raw, observable, origin, observables, baseline_weight_kg)


_STATUSES = frozenset(Status)


def shown(raw: RawObservation) -> str:
    """The value as it was sent, for people: comparator, number, unit; a code with spaces for underscores."""
    if raw.value is None and raw.code is not None:
        return raw.code.replace("_", " ")
    return f"{raw.comparator or ''}{raw.value or ''} {raw.unit or ''}".strip()


def _unusable(raw: RawObservation, origin: Origin, reason: str) -> MeasuredReading:
    status = Status(raw.status) if raw.status in _STATUSES else Status.FINAL
    return MeasuredReading(
        observable=raw.observable, observed_at=raw.observed_at, unusable=reason,
        interval_start=raw.interval_start, status=status, origin=origin, id=raw.id, replaces=raw.replaces,
        shown=shown(raw),
    )  # fmt: skip


def _coded(raw: RawObservation, observable: Observable, origin: Origin) -> MeasuredReading:
    code = raw.code if raw.code is not None else raw.value
    if not code:
        return _unusable(raw, origin, "no value")
    if code not in observable.codes:
        return _unusable(raw, origin, f"unknown code {code}")
    return MeasuredReading(
        observable=raw.observable, observed_at=raw.observed_at, code=code, status=Status(raw.status),
        origin=origin, id=raw.id, replaces=raw.replaces, shown=code.replace("_", " "),
    )  # fmt: skip


def _numeric(
    raw: RawObservation,
    observable: Observable,
    origin: Origin,
    observables: Observables,
    weight_kg: Decimal | None,
) -> MeasuredReading:
    if raw.value is None or not raw.value.strip():
        return _unusable(raw, origin, "no value")
    number = parse_number(raw.value)
    if number is None:
        return _unusable(raw, origin, "not a number")
    if raw.comparator and raw.comparator not in COMPARATORS:
        return _unusable(raw, origin, f"unknown comparator {raw.comparator}")
    unit = observables.unit(observable, raw.unit)
    if unit is None:
        return _unusable(raw, origin, f"unknown unit {raw.unit}" if raw.unit else "unknown unit: none was given")
    value = _contract_value(number, unit, raw, weight_kg)
    if isinstance(value, str):
        return _unusable(raw, origin, value)
    judged = plausibility(_believed(value, raw, observable), observable.plausible)
    if judged is Plausibility.IMPOSSIBLE:
        return _unusable(raw, origin, f"impossible: {shown(raw)}")
    sent = checked_range(parse_number(raw.lln or ""), parse_number(raw.uln or ""))
    if _limit_contradicts(sent.uln, unit, observable):
        return _unusable(raw, origin, f"limits do not fit the unit: {raw.uln} {unit.ucum}")
    return _measured(raw, origin, number, sent, unit, value, judged is Plausibility.UNLIKELY)


def _contract_value(number: Decimal, unit: Unit, raw: RawObservation, weight_kg: Decimal | None) -> Decimal | str:
    """The value in the contract's unit, or the reason why it cannot be had."""
    if unit.per is Per.DOSING_WEIGHT:
        if weight_kg is None or weight_kg <= 0:
            return f"no dosing weight for {unit.ucum}"
        return EXACT.divide(EXACT.multiply(number, unit.multiply), EXACT.multiply(unit.divide, weight_kg))
    if unit.per is Per.HOUR:
        if raw.interval_start is None or raw.interval_start >= raw.observed_at:
            return f"no interval for {unit.ucum}"
        length = Decimal((raw.observed_at - raw.interval_start) // _MICROSECOND)
        return EXACT.divide(EXACT.multiply(number, length), _MICROSECONDS_PER_HOUR)
    return to_contract(number, unit)


_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_PER_HOUR = Decimal(3_600_000_000)


def _limit_contradicts(uln: Decimal | None, unit: Unit, observable: Observable) -> bool:
    """Whether the upper limit of normal would be an unlikely value in the unit that was sent.

    Half of all healthy people lie near it, so it is the unit that is wrong (mg/L for mg/dL), and with it the value.
    """
    if uln is None or unit.per is not None:
        return False
    return plausibility(between(to_contract(uln, unit), None), observable.plausible) is not Plausibility.BELIEVABLE


def _believed(value: Decimal, raw: RawObservation, observable: Observable) -> Interval:
    """The numbers plausibility is judged on: a vital sign's comparator does not rescue its number."""
    comparator = None if observable.category is Category.VITAL else raw.comparator or None
    return between(value, comparator)


def _measured(
    raw: RawObservation,
    origin: Origin,
    number: Decimal,
    sent: ReferenceRange,
    unit: Unit,
    value: Decimal,
    unlikely: bool,
) -> MeasuredReading:
    usable_limits = unit.per is None
    return MeasuredReading(
        observable=raw.observable, observed_at=raw.observed_at, value=value,
        comparator=raw.comparator or None, interval_start=raw.interval_start, status=Status(raw.status),
        origin=origin,
        uln=to_contract(sent.uln, unit) if usable_limits and sent.uln is not None else None,
        lln=to_contract(sent.lln, unit) if usable_limits and sent.lln is not None else None,
        id=raw.id, replaces=raw.replaces, shown=shown(raw), sent_value=number, sent_unit=unit,
        sent_uln=sent.uln, sent_lln=sent.lln, unlikely=unlikely,
    )  # fmt: skip
