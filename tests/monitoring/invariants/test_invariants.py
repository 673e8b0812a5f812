"""Does every invariant hold on a ward at work, and is every way of breaking one reported?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from dosing.models import Assessment, Course, Decision, Dose, DoseCalculation, RuleFile, StopLatch
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from monitoring.models import Alert, AlertEvent, GradingOutcome, Observation, PendingGrading, ToxicityGrade
from monitoring.selectors.invariants import ALL, check_all
from monitoring.services import alerts, gate
from tests.audit.tampering import unguarded
from tests.dosing.builders import Bedside, due, make_bedside
from tests.fresh_database import copy_of_the_database
from tests.monitoring.charting import chart_all_fine, creatinine, decide, open_alerts, record, start, work

MINUTE = timedelta(minutes=1)
LATER = due(2) + 20 * MINUTE
EVIDENCE = (
    "audit_auditevent", "dosing_assessment", "dosing_decision", "dosing_dose", "dosing_dosecalculation",
    "dosing_rulefile", "monitoring_alertevent", "monitoring_gradingoutcome", "monitoring_observation",
    "monitoring_toxicitygrade",
)  # fmt: skip


@pytest.fixture(scope="module")
def ward_at_work(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bedside]:
    """A dose given on a CONTINUE, the next one started on an override of a HOLD; made once for all tests here."""
    home = override_settings(IL2WARD_HOME=tmp_path_factory.mktemp("home"))
    with home, django_db_blocker.unblock(), copy_of_the_database():
        with transaction.atomic():
            bedside = make_bedside()
        work_on(bedside)
        yield bedside


@pytest.fixture
def ward(ward_at_work: Bedside) -> Iterator[Bedside]:
    """The ward at work; what a test does to it is taken back."""
    with transaction.atomic():
        yield ward_at_work
        transaction.set_rollback(True)


def work_on(bedside: Bedside) -> None:
    at, nurse = due(1), Actor(user=bedside.nurse)
    chart_all_fine(bedside, at=at)
    dose = start(bedside, 1, at=at)
    gate.end_dose(dose_id=dose.pk, given_iu=None, ended_at=at + 15 * MINUTE, actor=nurse, at=at + 15 * MINUTE)
    chart_all_fine(bedside, at=due(2) - 10 * MINUTE)
    record(bedside, [creatinine("3.4", at=due(2) - 5 * MINUTE)], at=due(2) - 5 * MINUTE)
    work(bedside, at=due(2) - 4 * MINUTE)
    alert = open_alerts(bedside)["gate"]
    alerts.acknowledge(alert_id=alert.pk, plan="Call", actor=Actor(user=bedside.physician), at=due(2) - 3 * MINUTE)
    decide(bedside, 2, "override", at=due(2) - 2 * MINUTE)
    start(bedside, 2, at=due(2))


def broken() -> dict[str, tuple[str, ...]]:
    return {one.id: one.found for one in check_all(LATER) if not one.ok}


def test_every_invariant_holds_on_a_ward_at_work(ward: Bedside) -> None:
    Alert.objects.filter(cleared_at=None).update(next_due_at=LATER + MINUTE)

    assert broken() == {}


def first_dose() -> Dose:
    return Dose.objects.filter(status="given").earliest("pk")


def lose_an_observation() -> None:
    row = Observation.objects.earliest("pk")
    ToxicityGrade.objects.filter(observation=row).delete()
    GradingOutcome.objects.filter(observation=row).delete()


def lose_a_grade() -> None:
    ToxicityGrade.objects.filter(observation=GradingOutcome.objects.filter(result="graded")[0].observation).delete()


def forget_that_it_waits() -> None:
    row = Observation.objects.earliest("pk")
    course = GradingOutcome.objects.filter(observation=row)[0].course
    PendingGrading.objects.create(observation=row, patient=row.patient, course=course, since_at=LATER)


def let_it_wait() -> None:
    row = Observation.objects.earliest("pk")
    course = GradingOutcome.objects.filter(observation=row)[0].course
    PendingGrading.objects.create(
        observation=row, patient=row.patient, course=course, since_at=LATER - 31 * MINUTE / 60
    )


def raise_it_twice() -> None:
    step = AlertEvent.objects.filter(step="raised")[0]
    step.pk = None
    step.save()


def observe_tomorrow() -> None:
    Observation.objects.filter(pk=Observation.objects.earliest("pk").pk).update(observed_at=LATER + timedelta(days=1))


def lose_the_second_calculation() -> None:
    DoseCalculation.objects.update(agrees=False)


def start_at_an_amount_nobody_worked_out() -> None:
    Dose.objects.filter(pk=first_dose().pk).update(dose_iu=435_000_000)


def start_on_a_lapsed_continue() -> None:
    run = first_dose().assessment
    assert run is not None
    Assessment.objects.filter(pk=run.pk).update(valid_until=run.at - MINUTE)


def start_without_the_override() -> None:
    Dose.objects.filter(number=2).update(decision=None)


def start_under_a_stop() -> None:
    run = Dose.objects.get(number=2).assessment
    assert run is not None
    Assessment.objects.filter(pk=run.pk).update(verdict="STOP_CYCLE")


def hide_a_deviation() -> None:
    Dose.objects.filter(number=2).update(deviation=True)


def leave_a_gap() -> None:
    Dose.objects.filter(number=14).update(number=15)


def pass_over_a_dose() -> None:
    Dose.objects.filter(number=2).update(number=15)
    Dose.objects.filter(number=3).update(number=2)
    Dose.objects.filter(number=15).update(number=3)


def start_too_soon() -> None:
    Dose.objects.filter(number=2).update(started_at=due(1) + timedelta(hours=7) - timedelta(seconds=1))


def give_too_many() -> None:
    second = Dose.objects.get(number=2)
    fields = ("assessment_id", "decision_id", "checked_by_id", "identity_check", "started_by_id")
    for number in range(3, 16):
        dose = Dose.objects.filter(number=number).first() or Dose(number=number, cycle=second.cycle, dose_iu=1)
        for field in fields:
            setattr(dose, field, getattr(second, field) if field != "decision_id" else None)
        dose.status, dose.due_at, dose.given_iu = "given", due(number), 1
        dose.started_at = dose.ended_at = due(number)
        dose.save()


def decide_as_a_nurse() -> None:
    AuditEvent.objects.filter(event="dose.decided").update(actor_role="nurse")


def override_for_a_day() -> None:
    Decision.objects.filter(kind="override").update(expires_at=LATER + timedelta(days=1))


def lift_a_stop_alone() -> None:
    order = Decision.objects.get(kind="override")
    StopLatch.objects.create(
        patient=order.dose.cycle.course.patient, cycle=order.dose.cycle, verdict="STOP_CYCLE", decision=order,
        latched_at=LATER, lifted_at=LATER, lifted_by=order,
    )  # fmt: skip


def change_an_input() -> None:
    run = Assessment.objects.filter(verdict="HOLD").latest("pk")
    run.snapshot["course"]["target_sbp"] = "200"
    Assessment.objects.filter(pk=run.pk).update(snapshot=run.snapshot)


def continue_with_something_missing() -> None:
    run = first_dose().assessment
    assert run is not None
    Assessment.objects.filter(pk=run.pk).update(unknown=["creatinine"])


def lose_the_alerts_of_a_dose() -> None:
    Alert.objects.filter(rule="gate", dose__number=2).update(rule="other")


def stop_the_sweep() -> None:
    alert = Alert.objects.filter(rule="gate").latest("pk")
    Alert.objects.filter(pk=alert.pk).update(cleared_at=None, next_due_at=LATER - timedelta(seconds=16))


def edit_the_log() -> None:
    AuditEvent.objects.filter(seq=3).update(body="{}")


def give_without_a_record() -> None:
    AuditEvent.objects.filter(event="dose.ended").update(event="dose.forgotten")


def observe_without_a_record() -> None:
    AuditEvent.objects.filter(event="observations.recorded").update(event="something.recorded")


def begin_a_cycle_without_a_record() -> None:
    AuditEvent.objects.filter(event="cycle.started").update(event="cycle.forgotten")


def acknowledge_as_an_admin() -> None:
    AuditEvent.objects.filter(event="alert.acknowledged").update(actor_role="admin")


def start_ones_own_override() -> None:
    order = Decision.objects.get(kind="override")
    Dose.objects.filter(decision=order).update(started_by=order.by)


def alter_a_rule() -> None:
    row = RuleFile.objects.get(kind="regimen")
    RuleFile.objects.filter(pk=row.pk).update(text=row.text + "\n# altered\n")


def pin_a_regimen_for_a_protocol() -> None:
    Course.objects.update(overlay=RuleFile.objects.get(kind="regimen"))


def grade_by_other_rules() -> None:
    GradingOutcome.objects.update(rules_sha256="0" * 64)


def grade_by_another_version() -> None:
    ToxicityGrade.objects.update(ctcae_version="3.0")


def record_in_the_past() -> None:
    AuditEvent.objects.filter(event="dose.ended").update(at=due(1) - timedelta(days=1))


def move_a_due_time() -> None:
    Dose.objects.filter(number=5).update(due_at=due(5) + timedelta(hours=1))


def count_a_dose_less() -> None:
    Dose.objects.filter(number=2).update(
        status="held", reason_code="other", started_at=None, started_by=None, decision=None, checked_by=None
    )


def give_less_than_recorded() -> None:
    Dose.objects.filter(number=1).update(given_iu=1)


BREAKS: list[tuple[str, Callable[[], None]]] = [
    ("I1", lose_an_observation),
    ("I1", lose_a_grade),
    ("I1", forget_that_it_waits),
    ("I2", start_on_a_lapsed_continue),
    ("I2", start_without_the_override),
    ("I2", start_under_a_stop),
    ("I2", hide_a_deviation),
    ("I3", decide_as_a_nurse),
    ("I3", override_for_a_day),
    ("I3", lift_a_stop_alone),
    ("I4", leave_a_gap),
    ("I4", pass_over_a_dose),
    ("I5", start_too_soon),
    ("I6", give_too_many),
    ("I6b", lose_the_second_calculation),
    ("I6b", start_at_an_amount_nobody_worked_out),
    ("I7", change_an_input),
    ("I8", continue_with_something_missing),
    ("I11", lose_the_alerts_of_a_dose),
    ("I12", stop_the_sweep),
    ("I13", let_it_wait),
    ("I14", raise_it_twice),
    ("I17", edit_the_log),
    ("I19", give_without_a_record),
    ("I19", observe_without_a_record),
    ("I19b", begin_a_cycle_without_a_record),
    ("I20", acknowledge_as_an_admin),
    ("I20", start_ones_own_override),
    ("I21", alter_a_rule),
    ("I21", pin_a_regimen_for_a_protocol),
    ("I21", grade_by_other_rules),
    ("I21", grade_by_another_version),
    ("I24", record_in_the_past),
    ("I24a", observe_tomorrow),
    ("I27", count_a_dose_less),
    ("I27", give_less_than_recorded),
    ("I28", move_a_due_time),
]


@pytest.mark.parametrize(
    ("number", "spoil"),
    BREAKS,
    ids=[f"{number} when we {spoil.__name__.replace('_', ' ')}" for number, spoil in BREAKS],
)
def test_breach_is_reported(ward: Bedside, number: str, spoil: Callable[[], None]) -> None:
    with unguarded(*EVIDENCE):
        spoil()
        found = broken()

    assert found.get(number), found


def test_missing_guard_is_reported(ward: Bedside) -> None:
    with unguarded("dosing_dose"):
        found = broken()

    assert any("dosing_dose" in phrase for phrase in found["I18"])


def test_every_invariant_has_a_breach_in_this_test() -> None:
    assert {one.id for one in ALL} == {number for number, _ in BREAKS} | {"I18"}


def test_command_ends_with_1_and_names_the_breach(ward: Bedside) -> None:
    said = StringIO()

    with unguarded(*EVIDENCE):
        give_less_than_recorded()
        with pytest.raises(SystemExit) as left:
            call_command("check_invariants", stdout=said)

    assert left.value.code == 1
    assert "BROKEN  I27" in said.getvalue()
