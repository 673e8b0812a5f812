"""Which value a course's changes are measured against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dosing.models import Course, Dose
from monitoring.domain.observable import Category
from monitoring.models import CourseBaseline, CurrentValue, Observation
from monitoring.selectors.raw import released_observables

USABLE = ("final", "amended", "corrected")


def first_dose_started_at(course: Course) -> datetime | None:
    """When the first dose of the course began; None: not yet."""
    begun = Dose.objects.filter(cycle__course=course, started_at__isnull=False)
    return begun.order_by("started_at").values_list("started_at", flat=True).first()


def follow(course: Course, fresh: Sequence[Observation], *, at: datetime) -> None:
    """Keep the baseline of each laboratory value and weight the last usable one before the first dose.

    A baseline a person chose stays. Call under the course's lock, before the fresh rows are graded.
    """
    first = first_dose_started_at(course)
    for observable in sorted({row.observable for row in fresh if _can_be_baseline(row, first)}):
        _set(course, observable, first, at=at)


def adopt(course: Course, *, at: datetime) -> None:
    """Take what was measured before the course opened as its baselines."""
    for observable in CurrentValue.objects.filter(patient=course.patient_id).values_list("observable", flat=True):
        if _has_baseline(observable):
            _set(course, observable, first_dose_started_at(course), at=at)


def _can_be_baseline(row: Observation, first: datetime | None) -> bool:
    before = first is None or row.observed_at < first
    return before and _has_baseline(row.observable)


def _has_baseline(observable: str) -> bool:
    known = released_observables().get(observable)
    return known is not None and (known.category is Category.LABORATORY or observable == "weight")


def _set(course: Course, observable: str, first: datetime | None, *, at: datetime) -> None:
    standing = CourseBaseline.objects.filter(course=course, observable=observable).order_by("-set_at", "-id").first()
    if standing is not None and standing.set_by_id is not None:
        return
    candidates = Observation.objects.filter(
        patient=course.patient_id, observable=observable, not_gradable="", status__in=USABLE, replaced_by__isnull=True
    )
    if first is not None:
        candidates = candidates.filter(observed_at__lt=first)
    newest = candidates.order_by("-observed_at", "-id").first()
    if newest is not None and (standing is None or standing.observation_id != newest.pk):
        CourseBaseline.objects.create(course=course, observable=observable, observation=newest, set_at=at)
