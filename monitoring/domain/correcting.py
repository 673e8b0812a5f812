"""Who may put a charted fact right, who may only say that it never was, and whom do the others ask?"""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """What a person may do to a charted fact."""

    CORRECT = "correct"
    TAKE_BACK = "take_back"
    NONE = "none"


ASK_A_PHYSICIAN = "What a laboratory or device sent, its sender corrects. To have it taken back, ask a physician."
ONLY_TAKE_BACK = "What a laboratory or device sent, its sender corrects. A physician may take it back with a reason."
ASK_A_PERSON = "A person charted this: only a person corrects it."
ASK_TO_END = "This finding stands until a physician says otherwise: ask a physician to put it right."


def right_to_value(*, is_physician: bool, was_sent: bool) -> Right:
    """What a nurse or physician of the ward may do to a value; ``was_sent``: a laboratory or device said it.

    What people charted, people correct. What was sent is its sender's; only a physician may say that it never was
    (another person's sample, haemolysis, an artefact), so that nobody in a hurry talks away what held a dose.
    """
    if not was_sent:
        return Right.CORRECT
    return Right.TAKE_BACK if is_physician else Right.NONE


def right_to_answer(*, is_physician: bool, needs_physician: bool) -> Right:
    """What a nurse or physician may do to a bedside answer; ``needs_physician``: no later answer would end it."""
    return Right.NONE if needs_physician and not is_physician else Right.CORRECT


def advice_on_value(right: Right) -> str:
    """Return whom to ask, or what is left to do; "" where the person may correct it."""
    return {Right.CORRECT: "", Right.TAKE_BACK: ONLY_TAKE_BACK, Right.NONE: ASK_A_PHYSICIAN}[right]
