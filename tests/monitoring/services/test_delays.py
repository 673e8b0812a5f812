"""What does a delay do to verdicts, alerts, replay and the invariants, as the gate takes it?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.domain.verdict import Verdict
from dosing.models import Assessment, Dose, SlotMove
from dosing.selectors.courses import next_dose
from dosing.services import decisions, refusals
from il2ward.audit.actor import Actor
from il2ward.staff.models import User
from monitoring.interop.fhir.orders_out import request
from monitoring.models import Alert
from monitoring.selectors.board import board_of
from monitoring.selectors.card import Face
from monitoring.selectors.handover import open_work
from monitoring.selectors.invariants import check_all
from monitoring.selectors.replay import differences
from monitoring.services import alerts, rounds
from tests.bedside_of_the_file import made_once
from tests.dosing.builders import Bedside, assessed, due, give_dose, make_bedside
from tests.monitoring.charting import chart_all_fine, creatinine, decide, open_alerts, present, record, start, work

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SEEN = due(1) - 20 * MINUTE
LATER = due(1) + 4 * HOUR


@made_once
def bedside_of_the_file() -> Bedside:
    """A creatinine that holds the dose, found in its window, under the protocol that speaks of delay."""
    bedside = make_bedside(protocol="schwartzentruber_2001")
    chart_all_fine(bedside, at=due(1) - 30 * MINUTE)
    record(bedside, [creatinine("4.1", at=SEEN)], at=SEEN)
    work(bedside, at=SEEN)
    return bedside


def delay(bedside: Bedside, *, at: object = SEEN + MINUTE, to_at: object = LATER, **more: object) -> None:
    decide(bedside, 1, "delay", at=at, due_at=to_at, reason_code="correcting", **more)  # type: ignore[arg-type]


def broken() -> dict[str, tuple[str, ...]]:
    return {one.id: one.found for one in check_all(LATER) if not one.ok}


def test_delay_is_taken_whatever_the_outcome_on_the_screen(bedside: Bedside) -> None:
    assert present(bedside).verdict == "HOLD"
    delay(bedside, outcome_token="0" * 64)
    assert bedside.dose(1).due_at == LATER


def test_board_and_handover_show_the_new_due_time_and_no_answer_to_the_hold(bedside: Bedside) -> None:
    delay(bedside)
    (card,) = board_of(bedside.ward, SEEN + 2 * MINUTE).cards
    assert card.bed.next_dose is not None
    assert (card.bed.next_dose.due_at, card.band.face, card.order) == (LATER, Face.NOT_YET_DUE, None)
    assert card.strip[0].mark == "D"
    assert (card.strip[0].was_due_at, card.strip[1].was_due_at) == (due(1), None)

    rounds.look_at(course_id=bedside.course.pk, at=LATER - 2 * HOUR)
    work_open = open_work(bedside.ward, LATER - 2 * HOUR)
    assert [one.band.face for one in work_open.awaiting] == [Face.HOLD]
    assert [one.bed.next_dose.due_at for one in work_open.due if one.bed.next_dose] == [LATER]


def test_alert_of_the_hold_is_over_until_the_new_window_and_comes_back_there(bedside: Bedside) -> None:
    alerts.acknowledge(
        alert_id=open_alerts(bedside)["gate"].pk, plan="Call", actor=Actor(user=bedside.physician), at=SEEN
    )
    delay(bedside)
    assert "gate" not in open_alerts(bedside)

    rounds.look_at(course_id=bedside.course.pk, at=LATER - 2 * HOUR - MINUTE)
    assert "gate" not in open_alerts(bedside)
    rounds.look_at(course_id=bedside.course.pk, at=LATER - 2 * HOUR)
    assert open_alerts(bedside)["gate"].verdict == "HOLD"


def test_values_that_recover_still_need_a_physicians_release(bedside: Bedside) -> None:
    delay(bedside)
    chart_all_fine(bedside, at=LATER - 10 * MINUTE)
    record(bedside, [creatinine("1.0", at=LATER - 5 * MINUTE)], at=LATER - 5 * MINUTE)
    work(bedside, at=LATER - 5 * MINUTE)

    assert present(bedside).verdict == "REVIEW"
    with pytest.raises(refusals.DoseNeedsReview):
        start(bedside, 1, at=LATER)
    decide(bedside, 1, "give", at=LATER)
    assert start(bedside, 1, at=LATER).status == "started"
    assert broken() == {}


def test_assessments_of_before_and_after_say_the_same_when_replayed(bedside: Bedside) -> None:
    delay(bedside)
    rounds.look_at(course_id=bedside.course.pk, at=LATER - HOUR)
    rows = list(Assessment.objects.all())
    assert len(rows) > 1
    assert [list(differences(row)) for row in rows] == [[] for _ in rows]


def test_round_closes_the_delayed_slot_by_its_new_time(bedside: Bedside) -> None:
    delay(bedside)
    rounds.make_round(part="worker", at=LATER + 6 * HOUR - MINUTE, by_worker=True)
    assert bedside.dose(1).status == "planned"
    rounds.make_round(part="worker", at=LATER + 6 * HOUR, by_worker=True)
    assert bedside.dose(1).status == "held"
    assert next_dose(bedside.course) == bedside.dose(2)
    assert "I28" not in broken()


def test_nothing_is_broken_after_a_delay_that_loses_doses(bedside: Bedside) -> None:
    delay(bedside, to_at=due(1) + 8 * HOUR)
    delay(bedside, at=due(1) + 6 * HOUR, to_at=due(1) + 16 * HOUR)
    assert bedside.dose(14).reason_code == "days-over"
    Alert.objects.filter(cleared_at=None).update(next_due_at=due(4))
    assert broken() == {}


def test_order_told_to_hospital_systems_has_the_new_times_and_no_fixed_interval(db: None) -> None:
    bedside, at = make_bedside(protocol="schwartzentruber_2001"), due(2) - HOUR
    give_dose(bedside, 1)
    (before,) = request(bedside.cycle)["dosageInstruction"]
    assert before["timing"]["repeat"]["period"] == 8

    decisions.decide(
        dose=bedside.dose(2), kind="delay", assessment=assessed(bedside.dose(2), Verdict.REVIEW, at=at),
        reason_code="procedure", reason_text="", reauthenticated=False, actor=Actor(user=bedside.physician), at=at,
        due_at=due(2) + 4 * HOUR,
    )  # fmt: skip

    (after,) = request(bedside.cycle)["dosageInstruction"]
    assert after["timing"]["event"][:3] == [one.isoformat() for one in (due(1), due(2) + 4 * HOUR, due(3) + 4 * HOUR)]
    assert "repeat" not in after["timing"]


def move_without_an_order() -> None:
    Dose.objects.filter(number=3).update(due_at=due(4))


def start_before_the_new_time() -> None:
    at = due(1) + HOUR
    row = Assessment.objects.latest("pk")
    nurse, other = User.objects.filter(role="nurse")[:2]
    Dose.objects.filter(number=1).update(
        status="started", started_at=at, started_by=nurse, checked_by=other, identity_check="typed", assessment=row
    )


def begin_a_lost_slot() -> None:
    row = SlotMove.objects.get(dose__number=14)
    SlotMove.objects.create(
        decision_id=_another_order(row), dose=row.dose, due_before_at=row.due_after_at,
        due_after_at=row.due_after_at + timedelta(days=1), is_lost=True, rule="x", rules_sha256="y",
    )  # fmt: skip
    Dose.objects.filter(number=14).update(due_at=row.due_after_at + timedelta(days=1))


def _another_order(row: SlotMove) -> int:
    order = row.decision
    order.pk = None
    order.save()
    return int(order.pk)


@pytest.mark.parametrize("breaks", [move_without_an_order, start_before_the_new_time, begin_a_lost_slot])
def test_due_time_that_moves_otherwise_is_reported(bedside: Bedside, breaks: object) -> None:
    delay(bedside)
    assert "I28" not in broken()
    breaks()  # type: ignore[operator]
    assert "I28" in broken()
