"""When is each infusion or injection of a planned regimen due, and for how long does it run?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dosing.domain.regimen_planned import PlannedRegimen, PlanRow

DAYS_IN_WEEK = 7


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """One numbered dose of a cycle: ``iu`` in the regimen's basis; ``ends_at`` None for an injection.

    ``day`` counts from 1 on the cycle's first day. An infusion may run on into the days after it.
    """

    number: int
    week: int
    day: int
    due_at: datetime
    ends_at: datetime | None
    iu: int


def planned_doses(regimen: PlannedRegimen, cycle_started_at: datetime) -> tuple[PlannedDose, ...]:
    """Return every dose of a cycle in the order of its due times; days are of 24 h from the cycle's start."""
    drawn = [
        (due_at, week, day, row)
        for row in regimen.plan
        for week in row.weeks
        for day in row.days
        for due_at in _due_times(row, cycle_started_at, week, day)
    ]
    drawn.sort(key=lambda one: one[0])
    return tuple(
        PlannedDose(number, week, (week - 1) * DAYS_IN_WEEK + day, due_at, _end(row, due_at), row.iu)
        for number, (due_at, week, day, row) in enumerate(drawn, start=1)
    )


def next_planned_cycle_at(regimen: PlannedRegimen, cycle_started_at: datetime) -> datetime | None:
    """Return when the next cycle is due to start; None when the source does not say how often it is repeated."""
    if regimen.cycle_days is None:
        return None
    return cycle_started_at + timedelta(days=regimen.cycle_days)


def _due_times(row: PlanRow, cycle_started_at: datetime, week: int, day: int) -> list[datetime]:
    first = cycle_started_at + timedelta(days=(week - 1) * DAYS_IN_WEEK + day - 1, hours=row.after_h)
    return [first + timedelta(hours=(row.every_h or 0) * number) for number in range(row.times)]


def _end(row: PlanRow, due_at: datetime) -> datetime | None:
    return None if row.over_h is None else due_at + timedelta(hours=row.over_h)
