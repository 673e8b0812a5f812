"""When is each dose of a cycle due, and what may not be before when?"""

from __future__ import annotations

from datetime import datetime, timedelta

from dosing.domain.regimen import Regimen

DAY = timedelta(days=1)


def due_times(regimen: Regimen, cycle_started_at: datetime) -> tuple[datetime, ...]:
    """Return when each slot of a cycle is due, the first at its start."""
    return tuple(cycle_started_at + timedelta(hours=regimen.interval_h) * n for n in range(regimen.slots_per_cycle))


def cycle_closes_at(regimen: Regimen, cycle_started_at: datetime) -> datetime:
    """Return the instant from which (inclusive) no dose of the cycle may start: the day cap."""
    return cycle_started_at + DAY * regimen.cycle_days


def next_cycle_from(regimen: Regimen, cycle_started_at: datetime) -> datetime:
    """Return the earliest start of the next cycle of the course: after the cycle's days and the rest days."""
    return cycle_closes_at(regimen, cycle_started_at) + DAY * regimen.rest_days


def next_course_from(regimen: Regimen, discharged_at: datetime) -> datetime | None:
    """Return the earliest start of another course, counted from discharge; None when the source does not say."""
    if regimen.rest_between_courses_weeks is None:
        return None
    return discharged_at + timedelta(weeks=regimen.rest_between_courses_weeks)


def start_between(regimen: Regimen, event_at: datetime) -> tuple[datetime, datetime] | None:
    """Return from when until when (inclusive) the first dose may start after the event that must precede it, if any."""
    after = regimen.start_after
    if after is None:
        return None
    return event_at + timedelta(hours=after.at_least_h), event_at + timedelta(hours=after.at_most_h)


def dosing_days(regimen: Regimen) -> tuple[tuple[int, int], ...]:
    """Return each cycle's first and last day of the course, day 1 the first, with the shortest rest between."""
    step = regimen.cycle_days + regimen.rest_days
    firsts = [1 + step * number for number in range(regimen.cycles_per_course)]
    return tuple((first, first + regimen.cycle_days - 1) for first in firsts)
