"""Does an adverse event begin, peak and end where the rule says, and never end unseen?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.episodes import Episode, episodes_of
from monitoring.domain.worst_grades import GradedAt, worst_of

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST_DOSE = START


def at(hour: int) -> datetime:
    return START + hour * HOUR


def course(*grades: int | None, baseline: int | None = 0) -> list[GradedAt]:
    """One grade an hour from an hour after the first dose, with the baseline an hour before it."""
    return [GradedAt(at(-1), baseline), *(GradedAt(at(hour), grade) for hour, grade in enumerate(grades, start=1))]


def told(points: list[GradedAt]) -> list[tuple[int, int | None, int | None]]:
    """Each event as (hour of onset, worst grade, hour of resolution or None)."""
    return [
        (hour(one.onset_at), one.worst.grade, None if one.resolved_at is None else hour(one.resolved_at))
        for one in episodes_of(points, first_dose_at=FIRST_DOSE)
    ]


def hour(instant: datetime) -> int:
    return int((instant - START) / HOUR)


@pytest.mark.parametrize(
    ("grades", "events"),
    [
        ((0, 0), []),
        ((1,), [(1, 1, None)]),
        ((1, 1, 0), [(1, 1, 3)]),
        ((0, 2, 3, 2), [(2, 3, None)]),
        ((2, 3, 1), [(1, 3, 3)]),
        ((2, 0), [(1, 2, 2)]),
        ((2, 1, 1), [(1, 2, 2)]),
        ((2, 1, 2, 0), [(1, 2, 2), (3, 2, 4)]),
        ((2, 1, 0, 1, 0), [(1, 2, 2), (4, 1, 5)]),
        ((1, 2, 1), [(1, 2, 3)]),
        ((1, 1, 5), [(1, 5, None)]),
    ],
)
def test_event_from_a_normal_baseline(grades: tuple[int, ...], events: list[object]) -> None:
    assert told(course(*grades)) == events


@pytest.mark.parametrize(
    ("baseline", "grades", "events"),
    [
        (1, (1, 1), []),
        (1, (2, 1), [(1, 2, 2)]),
        (2, (2, 1, 2), []),
        (2, (3, 2), [(1, 3, 2)]),
        (2, (3, 1, 2, 3), [(1, 3, 2), (4, 3, None)]),
        (3, (4, 3), [(1, 4, 2)]),
    ],
)
def test_event_above_an_abnormal_baseline(baseline: int, grades: tuple[int, ...], events: list[object]) -> None:
    assert told(course(*grades, baseline=baseline)) == events


def test_unknown_baseline_is_said_and_taken_as_none() -> None:
    (event,) = episodes_of(course(1, baseline=None), first_dose_at=FIRST_DOSE)

    assert event.baseline is None
    assert event.onset_at == at(1)


def test_what_was_there_before_treatment_is_no_event() -> None:
    assert episodes_of([GradedAt(at(-2), 3), GradedAt(at(0), 2)], first_dose_at=FIRST_DOSE) == ()


def test_baseline_is_what_stood_at_the_first_dose_inclusive() -> None:
    points = [GradedAt(at(-2), 0), GradedAt(at(0), 2), GradedAt(at(1), 2)]

    assert told(points) == []


def test_without_a_dose_there_are_no_events() -> None:
    assert episodes_of(course(3, 4), first_dose_at=None) == ()


@pytest.mark.parametrize("after", [(None,), (None, None), (None, 2)])
def test_ungraded_never_counts_as_resolved(after: tuple[int | None, ...]) -> None:
    (event,) = episodes_of(course(3, *after), first_dose_at=FIRST_DOSE)

    assert event.is_open
    assert event.worst.has_ungraded


def test_ungraded_beside_a_grade_keeps_it_from_showing_the_end() -> None:
    points = [*course(3, 0), GradedAt(at(2), None)]

    assert told(points) == [(1, 3, None)]
    assert told([*points, GradedAt(at(3), 0)]) == [(1, 3, 3)]


def test_ungraded_beside_the_very_first_grade_leaves_that_grade() -> None:
    assert told([GradedAt(at(1), None), GradedAt(at(1), 2)]) == [(1, 2, None)]


def test_worse_of_two_at_one_instant_counts() -> None:
    assert told([*course(3, 0), GradedAt(at(2), 2)]) == [(1, 3, None)]


def test_one_source_being_well_says_nothing_of_another() -> None:
    points = [
        GradedAt(at(-1), 0, source="ph"),
        GradedAt(at(1), 3, source="ph"),
        GradedAt(at(2), 0, source="bicarbonate"),
    ]

    assert told(points) == [(1, 3, None)]
    assert told([*points, GradedAt(at(3), 0, source="ph")]) == [(1, 3, 3)]


def test_worst_carries_what_it_leaves_open_and_that_nobody_confirmed_it() -> None:
    points = [*course(1), GradedAt(at(2), 3, at_least=True, proposed=True)]

    (event,) = episodes_of(points, first_dose_at=FIRST_DOSE)

    assert (event.worst.grade, event.worst.at_least, event.worst.proposed) == (3, True, True)
    assert event.worst.observed_at == at(2)


def test_worst_leaves_out_what_was_seen_when_it_was_over() -> None:
    (event,) = episodes_of(course(2, 1, None, 1), first_dose_at=FIRST_DOSE)

    assert event == Episode(at(1), worst_of([GradedAt(at(1), 2)]), at(2), 0)  # type: ignore[arg-type]


POINTS = st.lists(
    st.builds(
        GradedAt,
        st.integers(-3, 20).map(at),
        st.none() | st.integers(0, 5),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["a", "b"]),
    ),
    max_size=14,
)


@given(POINTS, st.randoms())
def test_order_and_repetition_never_change_the_events(points: list[GradedAt], chance: object) -> None:
    again = [*points, *points[::2]]
    chance.shuffle(again)  # type: ignore[attr-defined]

    assert episodes_of(again, first_dose_at=FIRST_DOSE) == episodes_of(points, first_dose_at=FIRST_DOSE)


@given(POINTS, st.integers(-3, 20), st.sampled_from(["a", "b"]))
def test_an_ungraded_point_never_ends_an_event_earlier(points: list[GradedAt], when: int, source: str) -> None:
    before = episodes_of(points, first_dose_at=FIRST_DOSE)
    after = episodes_of([*points, GradedAt(at(when), None, source=source)], first_dose_at=FIRST_DOSE)

    if when > 0:
        assert spoken_for(before) <= spoken_for(after)


def spoken_for(events: tuple[Episode, ...]) -> set[datetime]:
    """The hours in which some event was on."""
    end = at(21)
    return {
        at(one) for one in range(22) if any(event.onset_at <= at(one) < (event.resolved_at or end) for event in events)
    }


@given(POINTS)
def test_events_follow_each_other_and_only_the_last_may_be_open(points: list[GradedAt]) -> None:
    events = episodes_of(points, first_dose_at=FIRST_DOSE)

    for one, following in pairwise(events):
        assert one.resolved_at is not None
        assert one.onset_at < one.resolved_at < following.onset_at
    assert all((event.worst.grade or 0) > (event.baseline or 0) for event in events)


@given(POINTS)
def test_no_grade_above_1_and_the_baseline_after_the_first_dose_lies_outside_every_event(
    points: list[GradedAt],
) -> None:
    events = episodes_of(points, first_dose_at=FIRST_DOSE)
    baseline = max((one.grade for one in points if one.grade is not None and one.observed_at <= FIRST_DOSE), default=0)
    bad = {one.observed_at for one in points if one.observed_at > FIRST_DOSE and (one.grade or 0) > max(baseline, 1)}

    assert bad <= spoken_for(events)
