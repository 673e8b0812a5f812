"""When is a slot held until a physician releases it, and what does a release let through?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.domain.verdict import Verdict
from dosing.models import Decision
from dosing.selectors.holds import slot_hold
from dosing.services import decisions, doses, refusals
from il2ward.audit.actor import Actor
from tests.dosing.builders import DOSE_IU, Bedside, assessed, due, nothing_written, start_dose

MINUTE = timedelta(minutes=1)
OPEN = due(1) - timedelta(hours=2)


def decide(bedside: Bedside, kind: str, number: int, at: object, **changed: object) -> Decision:
    """Let the physician decide on the newest assessment of the dose."""
    dose = bedside.dose(number)
    newest = dose.assessments.order_by("-id").first()
    said = {"reason_code": "", "reason_text": "", "reauthenticated": False, **changed}
    return decisions.decide(dose=dose, kind=kind, assessment=newest, actor=Actor(user=bedside.physician), at=at, **said)


def is_held(bedside: Bedside, number: int, at: object) -> bool:
    return slot_hold(bedside.dose(number), at)


def test_slot_is_held_when_a_hold_was_assessed_as_its_window_opened(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.HOLD, at=OPEN, met=("creatinine",))
    assert is_held(bedside, 1, OPEN + MINUTE)


def test_slot_is_not_held_when_the_hold_was_over_before_its_window_opened(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.HOLD, at=OPEN - timedelta(seconds=1), met=("creatinine",))
    assessed(bedside.dose(1), Verdict.CONTINUE, at=OPEN)
    assert not is_held(bedside, 1, OPEN + MINUTE)


def test_slot_is_held_when_the_hold_of_before_is_still_found_in_its_window(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.HOLD, at=OPEN - MINUTE, met=("creatinine",))
    assessed(bedside.dose(1), Verdict.HOLD, at=OPEN, met=("creatinine",), used=False)
    assessed(bedside.dose(1), Verdict.CONTINUE, at=OPEN + MINUTE)
    assert is_held(bedside, 1, OPEN + 2 * MINUTE)


@pytest.mark.parametrize("verdict", [Verdict.CONTINUE, Verdict.REVIEW, Verdict.UNDECIDED])
def test_slot_is_not_held_when_its_window_saw_no_hold(bedside: Bedside, verdict: Verdict) -> None:
    assessed(bedside.dose(1), verdict, at=OPEN)
    assert not is_held(bedside, 1, OPEN + MINUTE)


@pytest.mark.parametrize("kind", ["release", "give"])
def test_slot_is_free_when_a_physician_releases_it_after_recovery(bedside: Bedside, kind: str) -> None:
    assessed(bedside.dose(1), Verdict.HOLD, at=OPEN, met=("creatinine",))
    assessed(bedside.dose(1), Verdict.REVIEW, at=OPEN + MINUTE)

    decide(bedside, kind, 1, OPEN + 2 * MINUTE)

    assert not is_held(bedside, 1, OPEN + 3 * MINUTE)
    assert start_dose(bedside, 1, at=OPEN + 3 * MINUTE).status == "started"


def test_slot_is_held_again_when_a_hold_returns_after_the_release(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.HOLD, at=OPEN, met=("creatinine",))
    assessed(bedside.dose(1), Verdict.REVIEW, at=OPEN + MINUTE)
    decide(bedside, "release", 1, OPEN + 2 * MINUTE)
    assessed(bedside.dose(1), Verdict.HOLD, at=OPEN + 3 * MINUTE, met=("creatinine",))
    assessed(bedside.dose(1), Verdict.REVIEW, at=OPEN + 4 * MINUTE)
    assert is_held(bedside, 1, OPEN + 5 * MINUTE)


def test_release_is_void_when_something_new_was_found_after_it(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.HOLD, at=OPEN, met=("creatinine",))
    assessed(bedside.dose(1), Verdict.REVIEW, at=OPEN + MINUTE)
    decide(bedside, "release", 1, OPEN + 2 * MINUTE)
    assessed(bedside.dose(1), Verdict.UNDECIDED, at=OPEN + 3 * MINUTE, met=("pulse",))
    assert is_held(bedside, 1, OPEN + 4 * MINUTE)


def test_release_is_refused_when_nothing_is_held(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.REVIEW, at=OPEN, met=("edema",))
    with nothing_written(refusals.NothingToDecide):
        decide(bedside, "release", 1, OPEN)


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.UNDECIDED])
def test_release_is_refused_when_the_values_have_not_recovered(bedside: Bedside, verdict: Verdict) -> None:
    assessed(bedside.dose(1), Verdict.HOLD, at=OPEN, met=("creatinine",))
    assessed(bedside.dose(1), verdict, at=OPEN + MINUTE)
    with nothing_written(refusals.NothingToDecide):
        decide(bedside, "release", 1, OPEN + MINUTE)


def test_slot_is_held_until_released_when_a_physician_holds_it(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.CONTINUE, at=OPEN)
    decide(bedside, "hold", 1, OPEN, reason_code="physician_order")
    assert is_held(bedside, 1, OPEN + MINUTE)

    assessed(bedside.dose(1), Verdict.REVIEW, at=OPEN + MINUTE)
    decide(bedside, "release", 1, OPEN + MINUTE)

    assert not is_held(bedside, 1, OPEN + 2 * MINUTE)


def test_hold_is_refused_when_it_has_no_reason(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.CONTINUE, at=OPEN)
    with nothing_written(refusals.ReasonMissing):
        decide(bedside, "hold", 1, OPEN)


@pytest.mark.parametrize("reason", ["infusion_reaction", "extravasation"])
def test_next_slot_is_held_when_the_dose_before_was_stopped_for_a_reaction(bedside: Bedside, reason: str) -> None:
    start_dose(bedside, 1)
    interrupt(bedside, reason)

    assert is_held(bedside, 2, due(2))

    assessed(bedside.dose(2), Verdict.REVIEW, at=due(2))
    decide(bedside, "release", 2, due(2))
    assert not is_held(bedside, 2, due(2) + MINUTE)


def test_slot_after_the_next_is_free_when_a_dose_followed_the_reaction(bedside: Bedside) -> None:
    start_dose(bedside, 1)
    interrupt(bedside, "infusion_reaction")
    assessed(bedside.dose(2), Verdict.REVIEW, at=due(2))
    decide(bedside, "release", 2, due(2))
    start_dose(bedside, 2)
    doses.end(dose=bedside.dose(2), actor=Actor(user=bedside.nurse), at=due(2) + 15 * MINUTE)

    assert not is_held(bedside, 3, due(3))


def test_reaction_still_holds_when_the_slot_between_was_omitted(bedside: Bedside) -> None:
    start_dose(bedside, 1)
    interrupt(bedside, "extravasation")
    doses.omit(
        dose=bedside.dose(2), reason_code="no_access", reason_text="", actor=Actor(user=bedside.nurse), at=due(2)
    )
    assert is_held(bedside, 3, due(3))


def test_next_slot_is_free_when_the_dose_before_was_stopped_for_the_line(bedside: Bedside) -> None:
    start_dose(bedside, 1)
    interrupt(bedside, "line_problem")
    assert not is_held(bedside, 2, due(2))


def interrupt(bedside: Bedside, reason: str) -> None:
    """Stop the running first dose after five minutes, half of it given."""
    doses.interrupt(
        dose=bedside.dose(1),
        given_iu=DOSE_IU // 2,
        reason_code=reason,
        reason_text="",
        actor=Actor(user=bedside.nurse),
        at=due(1) + 5 * MINUTE,
    )
