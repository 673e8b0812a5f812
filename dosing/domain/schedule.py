"""When is each dose of a cycle due, and what may not be before when?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from dosing.domain.regimen import Regimen

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """One numbered dose of a cycle; its window is open from ``window_opens_at``, inclusive."""

    number: int
    due_at: datetime
    window_opens_at: datetime


def slots(regimen: Regimen, cycle_started_at: datetime, *, window_h: Decimal) -> tuple[Slot, ...]:
    """Return every slot of a cycle, the first due at its start; ``window_h`` is the contract's."""
    window = timedelta(seconds=int(window_h * 3600))
    interval = timedelta(hours=regimen.interval_h)
    dues = [cycle_started_at + interval * n for n in range(regimen.slots_per_cycle)]
    return tuple(Slot(number, due_at, due_at - window) for number, due_at in enumerate(dues, start=1))


def is_window_open(slot: Slot, at: datetime) -> bool:
    """Whether the dose's window has opened; before that it is NOT YET DUE."""
    return at >= slot.window_opens_at


def is_overdue(regimen: Regimen, due_at: datetime, at: datetime) -> bool:
    """Whether more than the site's limit has passed since the dose was due; exactly the limit has not."""
    return at - due_at > timedelta(minutes=regimen.site_limits.overdue_after_min)


def earliest_start(regimen: Regimen, previous_started_at: datetime | None) -> datetime | None:
    """Return the first instant at which the next dose may start; None when no dose was started."""
    if previous_started_at is None:
        return None
    return previous_started_at + timedelta(seconds=int(regimen.site_limits.min_start_to_start_h * 3600))


def cycle_day(cycle_started_at: datetime, at: datetime) -> int:
    """Return the day of the cycle, 1 for the first 24 h; 0 or less before its start."""
    return (at - cycle_started_at) // DAY + 1


def cycle_closes_at(regimen: Regimen, cycle_started_at: datetime) -> datetime:
    """Return the instant from which (inclusive) no dose of the cycle may start: the day cap."""
    return cycle_started_at + DAY * regimen.cycle_days


def next_cycle_from(regimen: Regimen, cycle_started_at: datetime) -> datetime:
    """Return the earliest start of the next cycle of the course: after the cycle's days and the rest days."""
    return cycle_closes_at(regimen, cycle_started_at) + DAY * regimen.rest_days


def next_cycle_until(regimen: Regimen, cycle_started_at: datetime) -> datetime | None:
    """Return the instant by which (inclusive) the next cycle should start; None when the source gives no such end."""
    if regimen.rest_days_at_most is None:
        return None
    return cycle_closes_at(regimen, cycle_started_at) + DAY * regimen.rest_days_at_most


def next_course_from(regimen: Regimen, discharged_at: datetime) -> datetime | None:
    """Return the earliest start of another course, counted from discharge; None when the source does not say."""
    if regimen.rest_between_courses_weeks is None:
        return None
    return discharged_at + timedelta(weeks=regimen.rest_between_courses_weeks)


def repeat_between(regimen: Regimen, course_started_at: datetime) -> tuple[datetime, datetime] | None:
    """Return from when until when (inclusive) the course may be repeated, counted from its start; None: not stated."""
    weeks = regimen.repeat_every_weeks
    if weeks is None:
        return None
    return course_started_at + timedelta(weeks=weeks.at_least), course_started_at + timedelta(weeks=weeks.at_most)


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


def doses_left(regimen: Regimen, *, given_in_cycle: int, given_in_course: int) -> int:
    """Return how many more doses the maxima of cycle and course allow, never below 0.

    Every dose in fact given counts, deviations too; a slot that was held is lost, which the slots themselves say.
    """
    in_cycle = regimen.slots_per_cycle - given_in_cycle
    return max(0, min(in_cycle, regimen.max_doses_per_course - given_in_course))
