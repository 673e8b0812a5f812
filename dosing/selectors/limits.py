"""Which numbers bound the doses of a course: the regimen's, and the site's signed minimum between starts?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dosing.models import Course, ProtocolSignoff
from dosing.selectors import pinned


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one course. Spans are inclusive minimums; ``cycle_length`` is where the days are used up."""

    interval: timedelta
    slots_per_cycle: int
    cycle_length: timedelta
    cycles_per_course: int
    doses_per_course: int
    rest_between_cycles: timedelta
    rest_between_courses: timedelta
    start_to_start: timedelta


def limits_of(course: Course) -> Limits:
    """Return the bounds the course is held to."""
    regimen = pinned.regimen(course.regimen).value
    return Limits(
        interval=regimen.interval,
        slots_per_cycle=regimen.slots_per_cycle,
        cycle_length=timedelta(days=regimen.cycle_days),
        cycles_per_course=regimen.cycles_per_course,
        doses_per_course=regimen.max_doses_per_course,
        rest_between_cycles=timedelta(days=regimen.rest_days),
        rest_between_courses=timedelta(weeks=regimen.rest_between_courses_weeks),
        start_to_start=signed_start_to_start(course) or regimen.minimum_start_to_start,
    )


def signed_start_to_start(course: Course) -> timedelta | None:
    """Return the minimum between two starts signed for this regimen at the course's site; None: none was signed."""
    signed = ProtocolSignoff.objects.filter(site_id=course.site_id, protocol_id=course.regimen_id)
    minutes = signed.values_list("minimum_start_to_start_min", flat=True).first()
    return None if minutes is None else timedelta(minutes=minutes)
