"""Which limits of normal a result is held against when its laboratory sent none with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from monitoring.domain.observable import Category, Observable, Observables, Unit
from monitoring.domain.reading import MeasuredReading
from monitoring.domain.units import convert, to_contract

SITES = "held against the site's limits"


@dataclass(frozen=True, slots=True)
class SiteLimits:
    """What a site states for one observable from ``valid_from`` (inclusive) on; None: that side is not stated."""

    observable: str
    unit: str
    lln: Decimal | None
    uln: Decimal | None
    valid_from: datetime


class SiteTable:
    """The limits a site's laboratory states, the newest statement last."""

    def __init__(self, rows: Iterable[SiteLimits] = ()) -> None:
        self._rows = tuple(rows)

    def at(self, observable: str, instant: datetime) -> SiteLimits | None:
        """The newest statement that holds for a result of ``instant``; None when the site states nothing."""
        valid = (row for row in reversed(self._rows) if row.observable == observable and row.valid_from <= instant)
        return next(valid, None)


def with_site_limits(reading: MeasuredReading, table: SiteTable, observables: Observables) -> MeasuredReading:
    """Return ``reading`` with the site's limits, converted to the unit it came in, where it carried none at all.

    A result's own limit always wins, also when it gave only one side. Only laboratory results are held against
    them, and a statement in a unit that the course's table does not know is no statement.
    """
    known, unit = observables.get(reading.observable), reading.sent_unit
    if known is None or known.category is not Category.LABORATORY or unit is None or unit.per is not None:
        return reading
    stated = table.at(reading.observable, reading.observed_at)
    stated_in = observables.unit(known, stated.unit) if stated is not None else None
    if stated is None or stated_in is None or reading.sent_uln is not None or reading.sent_lln is not None:
        return reading
    return _with(reading, stated, stated_in, unit)


def _with(reading: MeasuredReading, stated: SiteLimits, stated_in: Unit, unit: Unit) -> MeasuredReading:
    return replace(
        reading,
        sent_lln=None if stated.lln is None else convert(stated.lln, stated_in, unit),
        sent_uln=None if stated.uln is None else convert(stated.uln, stated_in, unit),
        lln=None if stated.lln is None else to_contract(stated.lln, stated_in),
        uln=None if stated.uln is None else to_contract(stated.uln, stated_in),
        limits_from=SITES,
    )


def why_refused(observable: Observable | None, observables: Observables, unit: str) -> str:
    """Why limits in ``unit`` cannot be stated for ``observable``; "" when they can."""
    if observable is None or observable.category is not Category.LABORATORY:
        return "Only a laboratory value has limits of normal. A monitor's alarm range is never one."
    accepted = observables.unit(observable, unit)
    if accepted is None or accepted.per is not None:
        return f"{unit!r} is not a unit of {observable.name}. Use one of {', '.join(observable.units)}."
    return ""
