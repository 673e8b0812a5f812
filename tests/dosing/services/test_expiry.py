"""What becomes of a slot that nobody acted on?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.domain.verdict import Verdict
from dosing.models import Decision
from dosing.selectors.courses import facts_of
from dosing.services import cycles, decisions, doses
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from tests.dosing.builders import Bedside, assessed, due, make_bedside, start_dose

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
CLOSES = due(2) - timedelta(hours=2)


def test_slot_stays_open_when_its_successors_window_opens_a_second_later(bedside: Bedside) -> None:
    assert doses.close_expired_slots(CLOSES - SECOND) == []
    assert bedside.dose(1).status == "planned"


def test_slot_is_omitted_when_nobody_acted_on_it(bedside: Bedside) -> None:
    [closed] = doses.close_expired_slots(CLOSES)
    assert (closed.number, closed.status, closed.reason_code) == (1, "omitted", "not-acted-on")
    assert (closed.closed_at, closed.closed_by) == (CLOSES, None)
    assert bedside.dose(2).status == "planned"


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.STOP_CYCLE, Verdict.STOP_PERMANENT])
def test_slot_is_held_and_counted_when_it_was_left_under_a_hold(bedside: Bedside, verdict: Verdict) -> None:
    assessed(bedside.dose(1), verdict, at=due(1), met=("creatinine",))
    [closed] = doses.close_expired_slots(CLOSES)
    assert (closed.status, closed.reason_code, closed.closed_by) == ("held", "held-by-protocol", None)
    assert facts_of(bedside.course, bedside.dose(2), CLOSES).held_doses == 1


def test_slot_is_held_when_values_recovered_and_nobody_released_it(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.HOLD, at=due(1), met=("creatinine",))
    assessed(bedside.dose(1), Verdict.REVIEW, at=due(1) + MINUTE)
    assert doses.close_expired_slots(CLOSES)[0].status == "held"


def test_slot_is_omitted_when_it_was_released_and_still_not_given(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.HOLD, at=due(1), met=("creatinine",))
    newest = assessed(bedside.dose(1), Verdict.REVIEW, at=CLOSES - 2 * MINUTE)
    release(bedside, newest)
    # The release ends with the slot; the sweep that closes it comes at that very instant.
    assert doses.close_expired_slots(CLOSES)[0].status == "omitted"


@pytest.mark.parametrize("verdict", [Verdict.REVIEW, Verdict.UNDECIDED, Verdict.CONTINUE])
def test_slot_is_omitted_when_it_was_never_on_hold(bedside: Bedside, verdict: Verdict) -> None:
    assessed(bedside.dose(1), verdict, at=due(1))
    assert doses.close_expired_slots(CLOSES)[0].status == "omitted"


def test_second_sweep_changes_nothing(bedside: Bedside) -> None:
    doses.close_expired_slots(CLOSES)
    events = AuditEvent.objects.count()
    assert doses.close_expired_slots(CLOSES) == []
    assert AuditEvent.objects.count() == events


def test_running_dose_is_left_alone(bedside: Bedside) -> None:
    start_dose(bedside, 1)
    assert doses.close_expired_slots(CLOSES) == []


def test_last_slot_closes_when_a_successor_would_open(bedside: Bedside) -> None:
    last = due(15) - timedelta(hours=2)
    assert [dose.number for dose in doses.close_expired_slots(last - SECOND)] == list(range(1, 14))
    assert [dose.number for dose in doses.close_expired_slots(last)] == [14]


def test_ended_cycle_is_left_alone(bedside: Bedside) -> None:
    cycles.end(cycle=bedside.cycle, reason="discharged", actor=Actor(user=bedside.physician), at=due(1))
    assert doses.close_expired_slots(due(14)) == []


def test_every_ward_is_swept(bedside: Bedside) -> None:
    make_bedside()
    assert len(doses.close_expired_slots(CLOSES)) == 2


def release(bedside: Bedside, newest: object) -> Decision:
    """Let the physician release dose 1 on its newest assessment."""
    return decisions.decide(
        dose=bedside.dose(1), kind="release", assessment=newest, reason_code="", reason_text="",
        reauthenticated=False, actor=Actor(user=bedside.physician), at=CLOSES - MINUTE,
    )  # type: ignore[arg-type]  # fmt: skip
