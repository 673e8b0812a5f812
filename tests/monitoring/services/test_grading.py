"""Celery's work on the real database: every observation gets exactly one outcome, however often it runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.models import Course
from il2ward.audit.actor import Actor
from il2ward.staff.models import Device
from monitoring import tasks
from monitoring.models import CourseBaseline, CurrentValue, GradingOutcome, PendingGrading, ToxicityGrade
from monitoring.services import grading, observations
from monitoring.services.observations import NewObservation
from tests.dosing.builders import NOW, Bedside, due, make_course, make_patient
from tests.monitoring.charting import chart_all_fine, creatinine, record, start, value, work

MINUTE = timedelta(minutes=1)


def grade_of(term: str) -> ToxicityGrade:
    return ToxicityGrade.objects.filter(term=term).latest("observed_at", "id")


@pytest.mark.parametrize(
    ("text", "grade"), [("1.2", 0), ("1.3", 1), ("1.8", 1), ("1.9", 2), ("3.6", 2), ("3.7", 3), ("7.2", 3), ("7.3", 4)]
)
def test_creatinine_is_graded_against_its_own_upper_limit(bedside: Bedside, text: str, grade: int) -> None:
    record(bedside, [creatinine(text, at=NOW)], at=NOW)
    work(bedside, at=NOW)

    assert grade_of("creatinine_increased").grade == grade


def test_after_the_first_dose_creatinine_is_graded_against_the_baseline_too(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=due(1) - 10 * MINUTE)
    start(bedside, 1, at=due(1))

    record(bedside, [creatinine("1.4", at=due(1) + 60 * MINUTE)], at=due(1) + 60 * MINUTE)
    work(bedside, at=due(1) + 60 * MINUTE)

    assert CourseBaseline.objects.get(observable="creatinine").observation.value == "0.9"
    assert grade_of("creatinine_increased").grade == 2, "1.4 is above 1.5 times 0.9"


def test_pressure_below_target_is_a_proposed_grade_from_what_was_given(bedside: Bedside) -> None:
    at = NOW
    none = NewObservation(observable="vasopressors_none", code="none_running", observed_at=at)
    record(bedside, [none, value("bp_systolic", "84", "mm[Hg]", at=at)], at=at)
    work(bedside, at=at)
    assert (grade_of("hypotension").grade, grade_of("hypotension").proposed) == (1, True)

    bolus = value("fluid_bolus", "500", "mL", at=at + MINUTE)
    record(bedside, [bolus, value("bp_systolic", "86", "mm[Hg]", at=at + 2 * MINUTE)], at=at + 2 * MINUTE)
    work(bedside, at=at + 2 * MINUTE)
    assert grade_of("hypotension").grade == 2

    pressor = value("phenylephrine_rate", "0.4", "ug/kg/min", at=at + 3 * MINUTE)
    record(bedside, [pressor], at=at + 3 * MINUTE)
    work(bedside, at=at + 3 * MINUTE)
    assert grade_of("hypotension").grade == 3


def test_an_artefact_gets_an_outcome_and_no_grade(bedside: Bedside) -> None:
    record(bedside, [value("heart_rate", "11.5", "/min", at=NOW)], at=NOW)
    work(bedside, at=NOW)

    assert GradingOutcome.objects.get().result == "not_gradable"
    assert ToxicityGrade.objects.count() == 0


def test_a_value_without_its_limit_is_not_gradable_and_never_grade_0(bedside: Bedside) -> None:
    record(bedside, [value("creatinine", "1.0", "mg/dL", at=NOW, origin="laboratory")], at=NOW)
    work(bedside, at=NOW)

    assert grade_of("creatinine_increased").grade is None
    assert CurrentValue.objects.get(observable="creatinine").grades["creatinine_increased"]["grade"] is None


@pytest.mark.parametrize("runs", [2, 3])
def test_the_task_run_again_changes_nothing(bedside: Bedside, runs: int) -> None:
    record(bedside, [creatinine("3.4", at=NOW), value("heart_rate", "88", "/min", at=NOW)], at=NOW)

    for _ in range(runs):
        tasks.grade_course(course_id=bedside.course.pk)

    assert GradingOutcome.objects.count() == 2
    assert ToxicityGrade.objects.filter(term="creatinine_increased").count() == 1
    assert PendingGrading.objects.count() == 0


def test_the_sweep_leaves_what_is_younger_than_two_seconds_to_the_worker(bedside: Bedside) -> None:
    record(bedside, [creatinine("3.4", at=NOW)], at=NOW)

    assert grading.sweep(at=NOW + timedelta(seconds=2), by_worker=False) == 0
    assert grading.sweep(at=NOW + timedelta(seconds=3), by_worker=False) == 1
    assert GradingOutcome.objects.get().by_worker is False


def test_the_sweep_adopts_what_came_before_the_course(bedside: Bedside) -> None:
    patient = make_patient(bedside.site, family_name="Early")
    device = Device.objects.create(site=bedside.site, name="lab", key_prefix="l", key_sha256="1" * 64, created_at=NOW)
    observations.record(patient=patient, items=[creatinine("0.8", at=NOW)], actor=Actor(device=device), at=NOW)
    course = make_course_of(patient, bedside)

    grading.sweep(at=NOW + MINUTE, by_worker=True)

    assert GradingOutcome.objects.get(course=course).result == "graded"
    assert CourseBaseline.objects.get(course=course).observation.value == "0.8"


def make_course_of(patient: object, bedside: Bedside) -> Course:
    from dosing.services import placements
    from il2ward.audit.actor import SYSTEM
    from tests.dosing.builders import make_bed

    placements.place(patient=patient, bed=make_bed(bedside.ward), actor=SYSTEM, at=NOW)  # type: ignore[arg-type]
    return make_course(patient, bedside.physician)  # type: ignore[arg-type]


def test_one_course_in_trouble_does_not_stop_the_others(bedside: Bedside) -> None:
    from tests.dosing.builders import make_bedside

    other = make_bedside(site=bedside.site)
    broken = Course.objects.get(pk=bedside.course.pk)
    Course.objects.filter(pk=broken.pk).update(ctcae=broken.regimen)
    record(bedside, [creatinine("3.4", at=NOW)], at=NOW)
    record(other, [creatinine("3.4", at=NOW)], at=NOW)

    with pytest.raises(ExceptionGroup):
        grading.sweep(at=NOW + MINUTE, by_worker=True)

    assert GradingOutcome.objects.get().course_id == other.course.pk
    assert Course.objects.get(pk=broken.pk).is_being_assessed, "what failed stays CANNOT DECIDE"
