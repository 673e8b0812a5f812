"""Which stretch of time led up to which dose of a course?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from dosing.models import Cycle, Dose

# What is measured on the day before a later cycle's first slot is measured for that cycle (its laboratory values may
# be a day old); whatever came before it still belongs to the cycle it followed.
ADMISSION = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was seen since the slot before (exclusive) up to this one's start, or its due time (inclusive).

    ``number`` 0: after the cycle's last slot. The last stretch of a course has no end.
    """

    cycle: int
    number: int
    until: datetime


def cycles_of(course_id: int) -> list[Cycle]:
    """The course's cycles with their doses, in order, in two queries."""
    return list(Cycle.objects.filter(course=course_id).order_by("number").prefetch_related("doses"))


def first_dose_of(cycles: Iterable[Cycle]) -> datetime | None:
    """When the course's first dose began; None: none has."""
    starts = [dose.started_at for cycle in cycles for dose in cycle.doses.all() if dose.started_at is not None]
    return min(starts, default=None)


def stretches_of(cycles: Sequence[Cycle], at: datetime) -> list[Stretch]:
    """Every stretch that has begun by ``at``, in order; no stretch ends before the one it follows."""
    found: list[Stretch] = []
    for cycle, following in zip(cycles, [*cycles[1:], None], strict=True):
        for dose in sorted(cycle.doses.all(), key=lambda dose: dose.number):
            _add(found, cycle, dose.number, boundary(dose))
        _add(found, cycle, 0, at if following is None else following.starts_at - ADMISSION)
    return [*found[:1], *(later for earlier, later in pairwise(found) if earlier.until <= at)]


def _add(found: list[Stretch], cycle: Cycle, number: int, until: datetime) -> None:
    found.append(Stretch(cycle.number, number, max([until, *(one.until for one in found[-1:])])))


def boundary(dose: Dose) -> datetime:
    """When the dose began, or is due."""
    return dose.started_at or dose.due_at
