"""How waiting observations get their grades: all that is pending for a course in one go, under its lock, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet

from dosing.models import Course
from dosing.selectors.whereabouts import ward_of
from dosing.services import courses
from il2ward.live import services as live
from monitoring.models import GradingOutcome, Observation, PendingGrading, ToxicityGrade
from monitoring.selectors.course_rules import grading_rules_of
from monitoring.services import assessments, baselines, current_values, regrading
from monitoring.services.isolation import for_each_course
from monitoring.services.row_grades import grade_row, grades_of_rows, outcome_row

SWEEP_AFTER = timedelta(seconds=2)


@transaction.atomic
def grade_course(*, course_id: int, at: datetime, by_worker: bool) -> int:
    """Grade everything pending for the course, assess its next dose and raise what must be raised.

    Returns how many observations were graded. Safe to run twice, late, or beside itself: it holds the course's
    lock, and a second run finds nothing to do.
    """
    course = courses.locked(course_id)
    if course.status == "ended":
        return grade_pending(course, at=at, by_worker=by_worker)
    waiting = course.is_being_assessed
    graded = grade_pending(course, at=at, by_worker=by_worker)
    if graded or waiting:
        assessments.assess_next_dose(course, at=at, cause="evidence")
        live.changed(ward_id=ward_of(course.patient), at=at)
    return graded


def grade_pending(course: Course, *, at: datetime, by_worker: bool) -> int:
    """Grade what is pending for the locked ``course`` and mark its evidence as seen; no assessment is made."""
    pending = PendingGrading.objects.filter(Q(course=course) | Q(course=None, patient=course.patient_id))
    rows = [waiting.observation for waiting in pending.select_related("observation").order_by("observation_id")]
    if rows:
        moved = baselines.follow(course, rows, at=at)
        _grade_rows(course, rows, at=at, by_worker=by_worker)
        regrading.follow(course, rows, moved, at=at, by_worker=by_worker)
        PendingGrading.objects.filter(observation__in=rows).delete()
        current_values.show_earlier(course)
    courses.evidence_assessed(course, course.evidence_seq)
    return len(rows)


def _grade_rows(course: Course, rows: Sequence[Observation], *, at: datetime, by_worker: bool) -> None:
    """Keep one outcome per row and one grade per term it feeds, and show them on the current values."""
    rules = grading_rules_of(course)
    graded = grades_of_rows(course, rows, rules)
    outcomes = [outcome_row(course, one, rules, at=at, by_worker=by_worker) for one in graded]
    grades = [grade_row(course, one.row, result, rules, at=at) for one in graded for result in one.results]
    GradingOutcome.objects.bulk_create(outcomes, ignore_conflicts=True)
    ToxicityGrade.objects.bulk_create(grades, ignore_conflicts=True)
    current_values.mark_graded(course.patient_id, rows, grades)


def sweep(*, at: datetime, by_worker: bool) -> int:
    """Grade every course with something that has waited for over two seconds; returns how many courses.

    The second net: it also adopts observations whose patient got a course after they were recorded.
    """
    if _orphans().exists():
        adopt_orphans(at=at)
    late = PendingGrading.objects.filter(since_at__lt=at - SWEEP_AFTER, course__isnull=False)
    behind = Course.objects.exclude(status="ended").filter(
        assessed_seq__lt=F("evidence_seq"), evidence_at__lt=at - SWEEP_AFTER
    )
    found = set(late.values_list("course_id", flat=True)) | set(behind.values_list("pk", flat=True))
    for_each_course(found, partial(grade_course, at=at, by_worker=by_worker))
    return len(found)


def _orphans() -> QuerySet[PendingGrading]:
    return PendingGrading.objects.filter(course=None, patient__courses__status__in=("planned", "active"))


@transaction.atomic
def adopt_orphans(*, at: datetime) -> None:
    """Give observations of patients without a course to the course that was opened since."""
    for patient_id in _orphans().values_list("patient_id", flat=True).distinct():
        course = Course.objects.filter(patient_id=patient_id).exclude(status="ended").first()
        if course is not None:
            locked = courses.locked(course.pk)
            PendingGrading.objects.filter(course=None, patient_id=patient_id).update(course=locked)
            courses.evidence_arrived(locked, at)
