"""Who may put a charted fact right, and whom do the others ask?"""

from __future__ import annotations

import pytest

from monitoring.domain.correcting import Right, advice_on_value, right_to_answer, right_to_value


@pytest.mark.parametrize(
    ("is_physician", "was_sent", "right"),
    [
        (False, False, Right.CORRECT),
        (True, False, Right.CORRECT),
        (False, True, Right.NONE),
        (True, True, Right.TAKE_BACK),
    ],
)
def test_people_correct_what_people_charted_and_only_a_physician_takes_back_what_was_sent(
    is_physician: bool, was_sent: bool, right: Right
) -> None:
    assert right_to_value(is_physician=is_physician, was_sent=was_sent) is right
    assert bool(advice_on_value(right)) is (right is not Right.CORRECT)


@pytest.mark.parametrize(
    ("is_physician", "needs_physician", "right"),
    [
        (False, False, Right.CORRECT),
        (True, False, Right.CORRECT),
        (False, True, Right.NONE),
        (True, True, Right.CORRECT),
    ],
)
def test_only_a_physician_puts_right_what_no_later_answer_ends(
    is_physician: bool, needs_physician: bool, right: Right
) -> None:
    assert right_to_answer(is_physician=is_physician, needs_physician=needs_physician) is right
