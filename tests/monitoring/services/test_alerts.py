"""An alert's life: raised once, acknowledged, re-opened when worse, escalated, cleared only when seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.services.refusals import AdminsWriteNothingClinical, NotOfThisWard
from il2ward.audit.actor import Actor
from monitoring.models import Alert, AlertEvent
from monitoring.services import alerts, escalation, rounds
from tests.dosing.builders import NOW, Bedside, due, make_nurse, make_ward
from tests.monitoring.charting import chart_all_fine, creatinine, open_alerts, record, value, work

MINUTE = timedelta(minutes=1)
AT = due(1) - 30 * MINUTE


@pytest.fixture
def held(bedside: Bedside) -> Bedside:
    """A bedside whose next dose is held for a creatinine of 3.4, alert raised at ``AT``."""
    chart_all_fine(bedside, at=AT - 10 * MINUTE)
    record(bedside, [creatinine("3.4", at=AT)], at=AT)
    work(bedside, at=AT)
    return bedside


def steps(alert: Alert) -> list[str]:
    return list(AlertEvent.objects.filter(alert=alert).order_by("id").values_list("step", flat=True))


def acknowledge(bedside: Bedside, alert: Alert, plan: str = "Repeat at 13:00", minutes: int = 1) -> Alert:
    return alerts.acknowledge(
        alert_id=alert.pk, plan=plan, actor=Actor(user=bedside.physician), at=AT + minutes * MINUTE
    )


def test_a_hold_raises_one_high_alert_for_its_dose(held: Bedside) -> None:
    alert = open_alerts(held)["gate"]

    assert (alert.severity, alert.verdict, alert.dose_id) == ("high", "HOLD", held.dose(1).pk)
    assert "j_ren_cr_abs" in alert.criteria


def test_more_of_the_same_updates_the_alert_and_raises_no_second_one(held: Bedside) -> None:
    record(held, [creatinine("3.5", at=AT + MINUTE)], at=AT + MINUTE)
    work(held, at=AT + MINUTE)

    assert Alert.objects.filter(course=held.course, rule="gate", cleared_at=None).count() == 1


def test_acknowledging_keeps_who_and_what_and_decides_nothing(held: Bedside) -> None:
    alert = acknowledge(held, open_alerts(held)["gate"])

    assert (alert.acknowledged_by, alert.plan) == (held.physician, "Repeat at 13:00")
    assert alert.ack_expires_at == AT + 16 * MINUTE
    assert held.dose(1).status == "planned"


def test_acknowledging_twice_is_one_step(held: Bedside) -> None:
    alert = open_alerts(held)["gate"]
    for _ in range(2):
        acknowledge(held, alert)

    assert steps(alert).count("acknowledged") == 1


def test_a_new_criterion_reopens_an_acknowledged_hold(held: Bedside) -> None:
    alert = acknowledge(held, open_alerts(held)["gate"])

    record(held, [value("heart_rate", "136", "/min", at=AT + 2 * MINUTE)], at=AT + 2 * MINUTE)
    work(held, at=AT + 2 * MINUTE)

    alert.refresh_from_db()
    assert alert.acknowledged_at is None
    assert "reopened" in steps(alert)


def test_an_acknowledgement_expires_and_asks_again(held: Bedside) -> None:
    alert = acknowledge(held, open_alerts(held)["gate"])

    assert escalation.sweep(at=AT + 15 * MINUTE) == 0
    assert escalation.sweep(at=AT + 16 * MINUTE) >= 1

    alert.refresh_from_db()
    assert alert.acknowledged_at is None
    assert "ack_expired" in steps(alert)


def test_nobody_answering_escalates_step_by_step(held: Bedside) -> None:
    alert = open_alerts(held)["gate"]
    for minutes in (5, 10, 15):
        escalation.sweep(at=AT + minutes * MINUTE)

    alert.refresh_from_db()
    assert alert.escalation == 3
    assert steps(alert).count("escalated") == 3


def test_the_sweep_run_twice_at_once_moves_an_alert_once(held: Bedside) -> None:
    alert = open_alerts(held)["gate"]
    for _ in range(2):
        escalation.sweep(at=AT + 5 * MINUTE)

    assert steps(alert).count("escalated") == 1


def test_a_recovered_value_leaves_the_alert_until_somebody_has_seen_it(held: Bedside) -> None:
    record(held, [creatinine("1.0", at=AT + MINUTE)], at=AT + MINUTE)
    work(held, at=AT + MINUTE)

    alert = open_alerts(held)["gate"]
    assert alert.verdict == "REVIEW", "the hold needs a physician's release"
    grade_alert = open_alerts(held).get("ctcae-creatinine_increased")
    assert grade_alert is None or grade_alert.condition_gone_at is not None


def test_grade_three_alarms_long_before_the_window(bedside: Bedside) -> None:
    early = NOW - timedelta(hours=3)
    record(bedside, [creatinine("3.7", at=early)], at=early)
    work(bedside, at=early)

    standing = open_alerts(bedside)
    assert standing["ctcae-creatinine_increased"].severity == "medium"
    assert "gate" not in standing


def test_grade_four_reopens_what_was_acknowledged_at_three(bedside: Bedside) -> None:
    record(bedside, [creatinine("3.7", at=NOW)], at=NOW)
    work(bedside, at=NOW)
    alert = open_alerts(bedside)["ctcae-creatinine_increased"]
    alerts.acknowledge(alert_id=alert.pk, plan="", actor=Actor(user=bedside.physician), at=NOW)

    record(bedside, [creatinine("7.3", at=NOW + MINUTE)], at=NOW + MINUTE)
    work(bedside, at=NOW + MINUTE)

    alert.refresh_from_db()
    assert (alert.severity, alert.acknowledged_at) == ("high", None)


def test_a_closed_alert_cannot_be_acknowledged(held: Bedside) -> None:
    alert = open_alerts(held)["gate"]
    Alert.objects.filter(pk=alert.pk).update(cleared_at=AT)

    with pytest.raises(alerts.AlertIsClosed):
        acknowledge(held, alert)


def test_an_admin_acknowledges_nothing(held: Bedside) -> None:
    with pytest.raises(AdminsWriteNothingClinical):
        alerts.acknowledge(alert_id=open_alerts(held)["gate"].pk, plan="", actor=Actor(user=held.admin), at=AT)


def test_a_nurse_of_another_ward_acknowledges_nothing(held: Bedside) -> None:
    stranger = make_nurse(make_ward(held.site, "elsewhere"))

    with pytest.raises(NotOfThisWard):
        alerts.acknowledge(alert_id=open_alerts(held)["gate"].pk, plan="", actor=Actor(user=stranger), at=AT)


def test_missing_inputs_are_a_low_reminder_in_the_window_and_go_by_themselves(bedside: Bedside) -> None:
    rounds.look_at(course_id=bedside.course.pk, at=AT)
    alert = open_alerts(bedside)["gate"]
    assert alert.severity == "low"

    chart_all_fine(bedside, at=AT + MINUTE)

    alert.refresh_from_db()
    assert alert.cleared_at is not None


def test_a_verdict_that_only_time_has_changed_is_found_by_the_round(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=NOW)
    lapsed = NOW + timedelta(hours=2, seconds=1)

    rounds.look_at(course_id=bedside.course.pk, at=lapsed)

    assert bedside.course.present_outcome.verdict == "UNDECIDED"


def test_every_course_has_exactly_one_turn_in_sixteen_seconds() -> None:
    ticks = [NOW + timedelta(seconds=2 * tick) for tick in range(8)]

    for course_id in range(1, 40):
        assert sum(rounds.is_turn(course_id, tick) for tick in ticks) == 1
