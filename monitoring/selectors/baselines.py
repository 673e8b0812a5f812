"""Which values may a course's changes be measured against, and which one stands?"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from dosing.models import Course, Dose
from monitoring.domain.observable import Category
from monitoring.models import CourseBaseline, Observation
from monitoring.selectors.raw import released_observables

USABLE = ("final", "amended", "corrected")


def first_dose_started_at(course: Course) -> datetime | None:
    """When the first dose of the course began; None: not yet."""
    begun = Dose.objects.filter(cycle__course=course, started_at__isnull=False)
    return begun.order_by("started_at").values_list("started_at", flat=True).first()


def has_baseline(observable: str) -> bool:
    """Whether changes of it are measured against a baseline: laboratory values and the weight."""
    known = released_observables().get(observable)
    return known is not None and (known.category is Category.LABORATORY or observable == "weight")


def candidates(course: Course) -> QuerySet[Observation]:
    """Return the patient's observations that still stand and are usable, of whatever observable."""
    return Observation.objects.filter(
        patient=course.patient_id, not_gradable="", status__in=USABLE, replaced_by__isnull=True
    )


def standing_baselines(course: Course) -> dict[str, CourseBaseline]:
    """Return the newest baseline of each observable; one whose value was struck is among them."""
    rows = CourseBaseline.objects.filter(course=course).select_related("observation__replaced_by", "set_by")
    return {row.observable: row for row in rows.order_by("set_at", "id")}
