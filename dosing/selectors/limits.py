"""Which numbers bound the doses of a course: the regimen's, and the site's signed minimum between starts?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dosing.models import Course, ProtocolSignoff
from dosing.selectors import pinned


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one course, all from its pinned rules.

    ``window`` is how long before its due time a slot opens; ``cycle_length`` from the cycle's start is where
    its days are over; ``start_to_start`` is the regimen's own proposal.
    """

    window: timedelta
    overdue_after: timedelta
    interval: timedelta
    slots_per_cycle: int
    cycle_length: timedelta
    cycles_per_course: int
    doses_per_course: int
    start_to_start: timedelta


def limits_of(course: Course) -> Limits:
    """Return the bounds the course is held to."""
    regimen = pinned.regimen(course.regimen).value
    inputs = pinned.inputs(course.inputs).value
    return Limits(
        window=timedelta(seconds=int(inputs.window_h * 3600)),
        overdue_after=timedelta(minutes=regimen.site_limits.overdue_after_min),
        interval=timedelta(hours=regimen.interval_h),
        slots_per_cycle=regimen.slots_per_cycle,
        cycle_length=timedelta(days=regimen.cycle_days),
        cycles_per_course=regimen.cycles_per_course,
        doses_per_course=regimen.max_doses_per_course,
        start_to_start=timedelta(seconds=int(regimen.site_limits.min_start_to_start_h * 3600)),
    )


def start_to_start_of(course: Course) -> timedelta:
    """Return the minimum between two starts (exactly that long is enough): as the site signed, else the regimen's."""
    signed = ProtocolSignoff.objects.filter(site_id=course.site_id, protocol_id=course.regimen_id)
    minutes = signed.values_list("minimum_start_to_start_min", flat=True).first()
    return limits_of(course).start_to_start if minutes is None else timedelta(minutes=minutes)
