"""The gate, on the real database: what starts a dose, what does not, and what a refusal leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dosing.domain.protocol import Question
from dosing.models import Assessment, Dose
from dosing.selectors.courses import rules_of
from dosing.services import refusals
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from monitoring.models import PendingGrading
from monitoring.services import gate
from monitoring.services.assessments import assess_next_dose
from tests.dosing.builders import NOW, Bedside, due
from tests.monitoring.charting import (
    chart_all_fine,
    creatinine,
    decide,
    examine,
    open_alerts,
    present,
    record,
    start,
    token,
    value,
    work,
)

MINUTE = timedelta(minutes=1)
AT = due(1)


def unmoved(bedside: Bedside, number: int = 1) -> bool:
    return bedside.dose(number).status == "planned"


def fine_at(bedside: Bedside, at: datetime = AT) -> None:
    chart_all_fine(bedside, at=at - 10 * MINUTE)


def test_a_dose_starts_when_nothing_speaks_against_it(bedside: Bedside) -> None:
    fine_at(bedside)
    assert present(bedside).verdict == "CONTINUE"

    dose = start(bedside, 1, at=AT)

    assert (dose.status, dose.started_at, dose.checked_by) == ("started", AT, bedside.nurse2)
    assert dose.assessment is not None
    assert dose.assessment.verdict == "CONTINUE"


def test_nothing_charted_is_cannot_decide_and_starts_nothing(bedside: Bedside) -> None:
    work(bedside, at=AT)
    seen = assess_next_dose(bedside.course, at=AT, cause="evidence", used=True)
    assert seen is not None

    with pytest.raises(refusals.CannotDecide):
        start(bedside, 1, at=AT, seen=seen.token)

    assert unmoved(bedside)


def test_creatinine_of_three_holds_the_dose(bedside: Bedside) -> None:
    fine_at(bedside)
    record(bedside, [creatinine("3.0", at=AT - 5 * MINUTE)], at=AT - 4 * MINUTE)
    work(bedside, at=AT - 3 * MINUTE)

    assert present(bedside).verdict == "HOLD"
    assert "j_ren_cr_abs" in present(bedside).assessment.met
    with pytest.raises(refusals.DoseIsHeld):
        start(bedside, 1, at=AT)
    assert unmoved(bedside)


def test_an_ungraded_result_is_graded_by_the_gate_itself_and_voids_what_was_seen(bedside: Bedside) -> None:
    fine_at(bedside)
    seen = token(bedside)
    record(bedside, [creatinine("3.4", at=AT - MINUTE)], at=AT - MINUTE)

    with pytest.raises(gate.OutcomeChanged) as caught:
        start(bedside, 1, at=AT, seen=seen)

    assert caught.value.assessed.outcome.verdict == "HOLD"
    assert unmoved(bedside)
    assert PendingGrading.objects.count() == 1, "a refused act leaves the grading to the worker"


def test_other_values_with_the_same_outcome_void_nothing(bedside: Bedside) -> None:
    fine_at(bedside)
    seen = token(bedside)
    record(bedside, [creatinine("1.0", at=AT - MINUTE)], at=AT - MINUTE)

    assert start(bedside, 1, at=AT, seen=seen).status == "started"


def test_an_outcome_that_lapsed_on_the_screen_starts_nothing(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT - timedelta(hours=1, minutes=59))
    seen = token(bedside)

    with pytest.raises(gate.OutcomeChanged):
        start(bedside, 1, at=AT + 2 * MINUTE, seen=seen)

    assert unmoved(bedside)


def test_review_needs_a_physicians_give(bedside: Bedside) -> None:
    fine_at(bedside)
    examine(bedside, at=AT - 5 * MINUTE, **{dreams_question(bedside): dreams_option(bedside)})
    work(bedside, at=AT - 4 * MINUTE)
    assert present(bedside).verdict == "REVIEW"

    with pytest.raises(refusals.DoseNeedsReview):
        start(bedside, 1, at=AT)
    decide(bedside, 1, "give", at=AT)

    assert start(bedside, 1, at=AT + MINUTE).status == "started"


def dreams_question(bedside: Bedside) -> str:
    return next(one.id for one in questions(bedside) if "j_neuro_dreams" in one.criteria)


def dreams_option(bedside: Bedside) -> str:
    question = next(one for one in questions(bedside) if "j_neuro_dreams" in one.criteria)
    return next(option.id for option in question.options if option.present == ("j_neuro_dreams",))


def questions(bedside: Bedside) -> list[Question]:
    return list(rules_of(bedside.course).protocol.value.questions)


def test_an_override_lets_a_held_dose_start_once(bedside: Bedside) -> None:
    fine_at(bedside)
    record(bedside, [creatinine("3.4", at=AT - 5 * MINUTE)], at=AT - 4 * MINUTE)
    work(bedside, at=AT - 3 * MINUTE)

    decide(bedside, 1, "override", at=AT)
    dose = start(bedside, 1, at=AT + MINUTE)

    assert dose.decision is not None
    assert dose.decision.kind == "override"
    assert dose.deviation is False


def test_an_override_is_void_when_another_criterion_is_met(bedside: Bedside) -> None:
    fine_at(bedside)
    record(bedside, [creatinine("3.4", at=AT - 5 * MINUTE)], at=AT - 4 * MINUTE)
    work(bedside, at=AT - 3 * MINUTE)
    decide(bedside, 1, "override", at=AT)
    record(bedside, [value("heart_rate", "136", "/min", at=AT)], at=AT)
    work(bedside, at=AT)

    with pytest.raises(refusals.DoseIsHeld):
        start(bedside, 1, at=AT + MINUTE)


def test_a_hold_that_recovers_needs_a_physicians_release(bedside: Bedside) -> None:
    fine_at(bedside)
    record(bedside, [creatinine("3.4", at=AT - 9 * MINUTE)], at=AT - 9 * MINUTE)
    work(bedside, at=AT - 8 * MINUTE)
    record(bedside, [creatinine("1.1", at=AT - 5 * MINUTE)], at=AT - 5 * MINUTE)
    work(bedside, at=AT - 4 * MINUTE)

    assert present(bedside).verdict == "REVIEW"
    with pytest.raises(refusals.DoseNeedsReview):
        start(bedside, 1, at=AT)
    decide(bedside, 1, "release", at=AT)
    assert start(bedside, 1, at=AT + MINUTE).status == "started"


def test_a_stop_is_refused_whatever_is_ordered(bedside: Bedside) -> None:
    fine_at(bedside)
    decide(bedside, 1, "stop_cycle", at=AT - MINUTE)

    assert present(bedside).verdict == "STOP_CYCLE"
    with pytest.raises(refusals.StopStands):
        start(bedside, 1, at=AT)
    assert unmoved(bedside)


def test_a_dose_given_all_the_same_is_recorded_counted_and_alarmed(bedside: Bedside) -> None:
    fine_at(bedside)
    decide(bedside, 1, "stop_cycle", at=AT - MINUTE)

    dose = gate.record_deviation(
        dose_id=bedside.dose(1).pk,
        given_iu=43_500_000,
        started_at=AT,
        ended_at=AT + 15 * MINUTE,
        reason_text="Started before the stop was read.",
        actor=Actor(user=bedside.nurse),
        at=AT + 20 * MINUTE,
    )

    assert (dose.status, dose.deviation, dose.given_iu) == ("given", True, 43_500_000)
    assert open_alerts(bedside)["deviation"].severity == "high"


def test_a_hold_found_while_the_dose_runs_asks_to_stop_the_infusion(bedside: Bedside) -> None:
    fine_at(bedside)
    start(bedside, 1, at=AT)

    record(bedside, [creatinine("3.4", at=AT + MINUTE)], at=AT + 2 * MINUTE)
    work(bedside, at=AT + 2 * MINUTE)

    assert "stop the infusion?" in open_alerts(bedside)["running-infusion"].text


def test_each_step_of_a_dose_is_in_the_audit_chain(bedside: Bedside) -> None:
    fine_at(bedside)
    start(bedside, 1, at=AT)
    gate.end_dose(
        dose_id=bedside.dose(1).pk,
        given_iu=None,
        ended_at=AT + 15 * MINUTE,
        actor=Actor(user=bedside.nurse),
        at=AT + 15 * MINUTE,
    )

    acts = AuditEvent.objects.filter(subject="dose").exclude(event="dose.assessed").order_by("seq")
    assert list(acts.values_list("event", flat=True)) == ["dose.started", "dose.ended"]
    assert bedside.dose(1).given_iu == 43_500_000


@pytest.mark.parametrize(
    ("close", "status"), [("hold_dose", "held"), ("refuse_dose", "refused"), ("omit_dose", "omitted")]
)
def test_a_slot_is_closed_with_its_reason_and_the_next_one_is_assessed(
    bedside: Bedside, close: str, status: str
) -> None:
    fine_at(bedside)

    getattr(gate, close)(
        dose_id=bedside.dose(1).pk,
        reason_code="other",
        reason_text="Agreed with the physician at the bedside.",
        actor=Actor(user=bedside.nurse),
        at=AT,
    )

    assert bedside.dose(1).status == status
    assert present(bedside).dose == bedside.dose(2)


def test_a_refused_start_writes_nothing_at_all(bedside: Bedside) -> None:
    fine_at(bedside)
    record(bedside, [creatinine("3.4", at=AT - 5 * MINUTE)], at=AT - 4 * MINUTE)
    work(bedside, at=AT - 3 * MINUTE)
    before = (Assessment.objects.count(), AuditEvent.objects.count(), list(Dose.objects.values()))

    with pytest.raises(refusals.DoseIsHeld):
        start(bedside, 1, at=AT)

    assert (Assessment.objects.count(), AuditEvent.objects.count(), list(Dose.objects.values())) == before


def test_the_first_window_opens_now() -> None:
    assert due(1) - NOW == timedelta(hours=2)
