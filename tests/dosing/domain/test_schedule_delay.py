"""What does a delay move, how far may it go, and which slots fall beyond the cycle's days?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosing.domain.schedule_delay import DelayRow, Rule, allows_delay, moves, unfit

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
INTERVAL, DAYS = 8 * HOUR, timedelta(days=5)
CLOSES = START + DAYS


def dues(first: int) -> list[tuple[int, datetime]]:
    """The slots of a cycle of 14 from the ``first`` on."""
    return [(number, START + (number - 1) * INTERVAL) for number in range(first, 15)]


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [("slot_is_lost", False), ("dose_is_delayed", True), ("interval_may_be_longer", True), ("not_stated", False)],
)
def test_dose_may_be_delayed_only_where_the_source_says_so(rule: Rule, allowed: bool) -> None:
    row = DelayRow(id="d", rule=rule, text="What it says", source="somebody", verification="retrieved")
    assert allows_delay(row) is allowed


def test_dose_is_not_delayed_when_no_source_was_read() -> None:
    assert not allows_delay(None)


@pytest.mark.parametrize(
    ("to_at", "at", "why"),
    [
        (START, START - HOUR, "not_later"),
        (START + SECOND, START - HOUR, None),
        (START + 2 * HOUR, START + 2 * HOUR, None),
        (START + 2 * HOUR, START + 2 * HOUR + SECOND, "in_the_past"),
        (START + INTERVAL, START, None),
        (START + INTERVAL + SECOND, START, "too_far"),
    ],
)
def test_new_time_is_later_to_come_and_within_one_interval(to_at: datetime, at: datetime, why: str | None) -> None:
    assert unfit(due_at=START, to_at=to_at, at=at, interval=INTERVAL, cycle_closes_at=CLOSES) == why


@pytest.mark.parametrize(("before", "why"), [(SECOND, None), (timedelta(0), "days_over"), (-SECOND, "days_over")])
def test_new_time_lies_before_the_days_are_over(before: timedelta, why: str | None) -> None:
    due_at = CLOSES - 4 * HOUR
    assert unfit(due_at=due_at, to_at=CLOSES - before, at=due_at, interval=INTERVAL, cycle_closes_at=CLOSES) == why


def test_every_later_slot_moves_by_the_same_time() -> None:
    found = moves(dues(5), to_at=START + 4 * INTERVAL + 4 * HOUR, cycle_closes_at=CLOSES)
    assert [one.number for one in found] == list(range(5, 15))
    assert {one.after_at - one.before_at for one in found} == {4 * HOUR}
    assert {later.after_at - one.after_at for one, later in pairwise(found)} == {INTERVAL}


@pytest.mark.parametrize(
    ("by", "lost"),
    [
        (16 * HOUR - SECOND, []),
        (16 * HOUR, [14]),
        (24 * HOUR - SECOND, [14]),
        (24 * HOUR, [13, 14]),
    ],
)
def test_slot_is_lost_from_the_second_at_which_the_days_are_over(by: timedelta, lost: list[int]) -> None:
    found = moves(dues(9), to_at=dues(9)[0][1] + by, cycle_closes_at=CLOSES)
    assert [one.number for one in found if one.is_lost] == lost


@settings(max_examples=30)
@given(first=st.integers(1, 14), minutes=st.integers(1, 8 * 60))
def test_no_slot_is_lost_before_one_that_is_kept_and_none_comes_earlier(first: int, minutes: int) -> None:
    slots = dues(first)
    found = moves(slots, to_at=slots[0][1] + timedelta(minutes=minutes), cycle_closes_at=CLOSES)
    assert [one.is_lost for one in found] == sorted(one.is_lost for one in found)
    assert all(one.after_at > one.before_at for one in found)
    assert all(one.is_lost == (one.after_at >= CLOSES) for one in found)
