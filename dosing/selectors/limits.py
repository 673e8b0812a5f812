"""Which numbers bound the doses of a course: the regimen's, and the site's signed minimum between starts?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dosing.domain import regimen_slots
from dosing.domain.regimen import Regimen
from dosing.models import Course, ProtocolSignoff
from dosing.selectors import pinned

# No source of a regimen with its own calendar says how late a dose may be: the hour that the bolus regimens propose.
OVERDUE_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one course, all from its pinned rules.

    ``window`` is how long before its due time a slot opens, ``interval`` how long after it one may stay open;
    ``cycle_length`` from the cycle's start is where its days are over; ``start_to_start`` is the regimen's own
    proposal. ``cycles_per_course`` and ``doses_per_course`` None: the source names no maximum. ``has_calendar``:
    the doses do not follow each other at one interval.
    """

    window: timedelta
    overdue_after: timedelta
    interval: timedelta
    slots_per_cycle: int
    cycle_length: timedelta
    cycles_per_course: int | None
    doses_per_course: int | None
    start_to_start: timedelta
    has_calendar: bool


def limits_of(course: Course) -> Limits:
    """Return the bounds the course is held to."""
    regimen = pinned.regimen(course.regimen).value
    inputs = pinned.inputs(course.inputs).value
    return Limits(
        window=timedelta(seconds=int(inputs.window_h * 3600)),
        overdue_after=overdue_after(regimen),
        interval=regimen_slots.slot_stays_open(regimen),
        slots_per_cycle=len(regimen_slots.slot_plans(regimen, regimen_slots.ANY_START)),
        cycle_length=regimen_slots.cycle_length(regimen),
        cycles_per_course=regimen_slots.most_cycles(regimen),
        doses_per_course=regimen_slots.most_doses(regimen),
        start_to_start=regimen_slots.least_start_to_start(regimen),
        has_calendar=not isinstance(regimen, Regimen),
    )


def overdue_after(regimen: regimen_slots.AnyRegimen) -> timedelta:
    """Return how long after it was due a dose is overdue; exactly that long is not."""
    if isinstance(regimen, Regimen):
        return timedelta(minutes=regimen.site_limits.overdue_after_min)
    return OVERDUE_AFTER


def start_to_start_of(course: Course) -> timedelta:
    """Return the minimum between two starts (exactly that long is enough): as the site signed, else the regimen's."""
    signed = ProtocolSignoff.objects.filter(site_id=course.site_id, protocol_id=course.regimen_id)
    minutes = signed.values_list("minimum_start_to_start_min", flat=True).first()
    return limits_of(course).start_to_start if minutes is None else timedelta(minutes=minutes)
