"""Is the worst grade the worst, marked for what it leaves open, and counted where it belongs?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.worst_grades import GradedAt, Worst, worst_by_stretch, worst_of

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hour: int) -> datetime:
    return START + hour * HOUR


def test_nothing_looked_at_has_no_worst() -> None:
    assert worst_of([]) is None


def test_only_ungraded_is_not_grade_0() -> None:
    assert worst_of([GradedAt(at(2), None), GradedAt(at(1), None)]) == Worst(None, at(1), has_ungraded=True)


def test_worst_was_reached_when_it_was_first_seen() -> None:
    points = [GradedAt(at(hour), grade) for hour, grade in ((1, 1), (2, 3), (3, 3), (4, 0))]

    assert worst_of(points) == Worst(3, at(2))


def test_ungraded_beside_it_stays_in_view() -> None:
    assert worst_of([GradedAt(at(1), 0), GradedAt(at(2), None)]) == Worst(0, at(1), has_ungraded=True)


@pytest.mark.parametrize(
    ("marks", "at_least", "proposed"),
    [
        ([(False, True), (False, True)], False, True),
        ([(False, True), (False, False)], False, False),
        ([(True, False), (False, False)], True, False),
        ([(True, True)], True, True),
    ],
)
def test_marks_are_those_of_the_grades_that_high(
    marks: list[tuple[bool, bool]], at_least: bool, proposed: bool
) -> None:
    low = GradedAt(at(9), 1, at_least=True, proposed=True)
    high = [GradedAt(at(1), 2, at_least=least, proposed=only) for least, only in marks]

    worst = worst_of([low, *high])

    assert worst is not None
    assert (worst.grade, worst.at_least, worst.proposed) == (2, at_least, proposed)


def test_stretch_ends_with_its_own_end_inclusive() -> None:
    points = [GradedAt(at(hour), hour) for hour in (1, 2, 3, 4)]

    found = worst_by_stretch(points, [at(2), at(3)])

    assert [one.grade if one else None for one in found] == [2, 4]


def test_stretch_in_which_nothing_was_seen_has_no_worst() -> None:
    assert worst_by_stretch([GradedAt(at(5), 2)], [at(1), at(4), at(6)]) == (None, None, Worst(2, at(5)))


def test_no_stretches_have_no_worst() -> None:
    assert worst_by_stretch([GradedAt(at(5), 2)], []) == ()


POINTS = st.lists(
    st.builds(
        GradedAt, st.integers(0, 20).map(at), st.none() | st.integers(0, 5), st.booleans(), st.booleans()
    ),
    max_size=12,
)  # fmt: skip


@given(POINTS, st.randoms())
def test_order_and_repetition_never_change_the_worst(points: list[GradedAt], chance: object) -> None:
    again = [*points, *points[:3]]
    chance.shuffle(again)  # type: ignore[attr-defined]

    assert worst_of(again) == worst_of(points)


@given(POINTS, st.lists(st.integers(0, 20), unique=True, min_size=1).map(sorted))
def test_worst_of_all_is_the_worst_of_its_stretches(points: list[GradedAt], hours: list[int]) -> None:
    parts = worst_by_stretch(points, [at(hour) for hour in hours])
    whole = worst_of(points)

    grades = [part.grade for part in parts if part is not None and part.grade is not None]
    assert max(grades, default=None) == (whole.grade if whole else None)
