"""Two grades that both stand: the worse counts, and whatever either leaves open stays open."""

from __future__ import annotations

from itertools import product

import pytest

from monitoring.domain.facts import TermResult
from monitoring.domain.judged import Judged, raised, worse

END = 5
ALL = [
    Judged(TermResult(grade, at_most=at_most, why=f"{grade} to {at_most}", term="t"))
    for grade, at_most in product([None, 0, 1, 2, 3, 4], [None, 0, 1, 2, 3, 4])
    if grade is None or at_most is None or at_most >= grade
]
PAIRS = list(product(ALL, ALL))


def _least(one: Judged) -> int:
    return one.result.grade or 0


def _most(one: Judged) -> int:
    ungraded = one.result.grade is None or one.result.at_most is None
    return END if ungraded or one.result.at_most is None else one.result.at_most


@pytest.mark.parametrize("join", [worse, raised])
def test_nothing_proven_is_ever_lost(join: object) -> None:
    for one, other in PAIRS:
        assert _least(join(one, other)) == max(_least(one), _least(other))  # type: ignore[operator]


def test_worse_leaves_open_what_either_leaves_open_in_any_order() -> None:
    for one, other in PAIRS:
        for found in (worse(one, other), worse(other, one)):
            assert _most(found) == max(_most(one), _most(other))


def test_raising_leaves_open_what_was_open_before_and_never_makes_the_unknown_known() -> None:
    for found, other in PAIRS:
        after = raised(found, other)
        assert _most(after) >= _most(found)
        if found.result.grade is None:
            assert after.result.grade is None or (after.result.grade > 0 and after.result.at_most is None)


def test_raised_result_says_both_reasons() -> None:
    unknown = Judged(TermResult(None, why="not a number"))

    assert raised(unknown, Judged(TermResult(3, at_most=3, why="above"))).result.why == "above; not a number"
