"""Urine grades by the volumes of the windows that end with the entry; a missing hour is unknown, not zero."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from monitoring.domain.reading import MeasuredReading
from monitoring.rules.loader import load_ctcae
from tests.monitoring.domain.build import AT, present, reading

HOUR = timedelta(hours=1)


def urine(value: str, ended: float, lasted: float, unit: str = "mL", **sent: str) -> MeasuredReading:
    """A volume whose interval ended ``ended`` hours ago and lasted ``lasted`` hours."""
    start = AT - timedelta(hours=ended + lasted)
    return reading("urine_output", value, unit, hours_ago=ended, interval_start=start, **sent)


def hours(count: int, each: str, *, until: float = 0) -> list[MeasuredReading]:
    return [urine(each, until + hour, 1) for hour in range(count)]


def grade(*entries: MeasuredReading) -> tuple[int | None, int | None]:
    found = present(*entries)["urine_output_decreased"]
    return found.grade, found.at_most


@pytest.mark.parametrize(
    ("last", "expected"), [("9", (3, 4)), ("9.99", (3, 4)), ("10", (None, 4)), ("169", (None, 4)), ("170", (0, 0))]
)
def test_eight_complete_hours_decide_oliguria_and_leave_the_day_open(
    last: str, expected: tuple[int | None, int | None]
) -> None:
    assert grade(*hours(7, "10", until=1), urine(last, 0, 1)) == expected


@pytest.mark.parametrize(("day_ml", "expected"), [("239", (4, 4)), ("240", (0, 0)), ("240.1", (0, 0))])
def test_a_complete_day_decides_anuria(day_ml: str, expected: tuple[int, int]) -> None:
    assert grade(urine("80", 0, 8), urine(str(float(day_ml) - 80), 8, 16)) == expected


def test_oliguria_of_a_shift_stands_when_the_day_was_enough() -> None:
    assert grade(urine("79", 0, 8), urine("161", 8, 16)) == (3, 3)


def test_a_gap_is_never_zero_and_a_volume_charted_can_rule_both_out() -> None:
    with_gap = [one for one in hours(24, "5") if one.observed_at != AT - 3 * HOUR]
    assert grade(*with_gap) == (None, 4), "the missing hour may have been enough"

    plenty = [one for one in hours(24, "60") if one.observed_at != AT - 3 * HOUR]
    assert grade(*plenty) == (0, 0)


def test_an_entry_without_its_interval_or_without_a_number_proves_nothing() -> None:
    assert grade(reading("urine_output", "20", "mL")) == (None, 4)
    assert grade(*hours(23, "2", until=1), urine("lost", 0, 1)) == (3, None), "what the entry before it proved"
    assert grade(urine("lost", 0, 1)) == (None, None)
    assert grade(*hours(7, "2"), urine("spilled", 7, 1)) == (None, 4)


def test_an_entry_that_reaches_out_of_the_window_may_lie_anywhere_in_it() -> None:
    assert grade(urine("100", 4, 12), urine("30", 0, 4)) == (None, 4), "30 to 130 mL in 8 h"
    assert grade(urine("40", 4, 12), urine("30", 0, 4)) == (3, 4), "70 mL at most"


def test_of_two_entries_over_the_same_hours_the_lower_counts() -> None:
    assert grade(urine("200", 0, 8), urine("79", 0, 8)) == (3, 4)


def test_litres_and_rates_are_added_up_in_millilitres() -> None:
    assert grade(urine("0.05", 0, 4, unit="L"), urine("5", 4, 4, unit="mL/h")) == (3, 4), "70 mL in 8 h"


def test_a_preliminary_entry_can_only_make_it_worse() -> None:
    enough = urine("200", 0, 8, status="preliminary")
    assert grade(*hours(8, "5", until=1), enough)[0] == 3

    little = urine("5", 0, 1, status="preliminary")
    firm = hours(7, "10", until=1)
    assert grade(*firm, urine("90", 8, 1), little)[0] == 3


def test_the_words_tell_the_volumes() -> None:
    found = present(*hours(8, "5"))["urine_output_decreased"]

    assert "40 mL in 8 h, at least 40 mL in 24 h" in found.why
    assert "the 24 h window is not completely observed" in found.why


def test_order_of_arrival_never_matters() -> None:
    entries = hours(4, "9")

    assert len({grade(*order) for order in permutations(entries)}) == 1


def test_version_3_has_no_such_term() -> None:
    assert "urine_output_decreased" not in present(*hours(8, "5"), ctcae=load_ctcae("3.0").value)
