"""How long a fever has lasted is kept as a range: readings prove a part, gaps leave the rest open."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from monitoring.domain.reading import MeasuredReading
from monitoring.domain.time_above import UNKNOWN_LENGTH, Lasted, above_40, is_sustained, time_above
from tests.monitoring.domain.build import AT, present, reading

HOUR = timedelta(hours=1)


def warm(value: str | None, hours_ago: float, **sent: str) -> MeasuredReading:
    return reading("temperature", value, "Cel", hours_ago=hours_ago, **sent)


def fever(hours: float, *, every: float = 2, value: str = "40.5") -> list[MeasuredReading]:
    """Readings from ``hours`` ago until now."""
    steps = [step * every for step in range(int(hours / every))]
    return [warm(value, ago) for ago in [*steps, hours]]


def lasted(*readings: MeasuredReading) -> Lasted:
    return time_above(readings, AT, above_40)


def test_readings_two_hours_apart_prove_that_it_stayed() -> None:
    assert lasted(*fever(10)) == Lasted(10 * HOUR, UNKNOWN_LENGTH)
    assert lasted(*fever(10), warm("40.0", 11)) == Lasted(10 * HOUR, 11 * HOUR)


@pytest.mark.parametrize(("gap", "proven"), [(2, 5), (2 + 1 / 3600, 2)])
def test_a_longer_gap_neither_proves_that_it_stayed_nor_that_it_fell(gap: float, proven: int) -> None:
    found = lasted(warm("40.5", 0), warm("40.5", 2), warm("40.5", 2 + gap), warm("40.5", 3 + gap), warm("39", 9))

    assert found.at_most == 9 * HOUR
    assert found.at_least == (2 * HOUR if proven == 2 else 5 * HOUR)


def test_one_reading_proves_an_instant_and_leaves_the_rest_open() -> None:
    assert lasted(warm("40.1", 0)) == Lasted(timedelta(0), UNKNOWN_LENGTH)


def test_nothing_read_and_nothing_usable_says_nothing() -> None:
    assert lasted(warm("40.5", 0), warm("lost", 1), warm("41", 2), warm("40", 4, comparator=">")) == Lasted(
        4 * HOUR, UNKNOWN_LENGTH
    )
    assert lasted(warm("40.5", 0), warm("39", 1, comparator=">"), warm("41", 2)) == Lasted(2 * HOUR, UNKNOWN_LENGTH)


def test_at_one_instant_the_one_that_holds_counts_and_later_readings_do_not() -> None:
    assert lasted(warm("40.5", 0), warm("40.5", 1), warm("39", 1), warm("38", -1)) == Lasted(HOUR, UNKNOWN_LENGTH)


@pytest.mark.parametrize(
    ("readings", "grade", "at_most"),
    [
        (fever(24), 3, 4),
        ([*fever(24), warm("39.9", 24.5)], 3, 4),
        ([*fever(22), warm("40.0", 24)], 3, 3),
        ([*fever(24), warm("40.5", 24.01)], 4, 4),
        (fever(25, every=1), 4, 4),
        (fever(30, every=3), 3, 4),
        ([warm("40.5", 0)], 3, 4),
        ([warm("40.0", 0), *fever(30)[1:]], 2, 2),
    ],
)
def test_fever_grades_by_what_is_proven_and_keeps_what_is_open(
    readings: list[MeasuredReading], grade: int, at_most: int
) -> None:
    found = present(*readings)["fever"]

    assert (found.grade, found.at_most) == (grade, at_most)


def test_the_words_say_what_the_readings_leave_open() -> None:
    assert "above 40.0 Cel for 4 h at least" in present(*fever(4))["fever"].why
    assert "for 4 h 30 min at least" in present(*fever(4.5, every=1.5))["fever"].why


def test_fahrenheit_is_held_against_the_same_limit() -> None:
    hot = [reading("temperature", "104.1", "[degF]", hours_ago=ago) for ago in range(26)]
    mild = [reading("temperature", "104.0", "[degF]", hours_ago=ago) for ago in range(26)]

    assert present(*hot)["fever"].grade == 4
    assert present(*mild)["fever"].grade == 2


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([warm("38.0", 0), warm("38.0", 1), warm("38", 1.1)], True),
        ([warm("38.0", 0), warm("38.0", 1), warm("37.9", 1.5)], None),
        ([warm("38.0", 0), warm("37.9", 1)], False),
        ([warm("38.0", 0)], None),
        ([warm("38.0", 0), warm(None, 0.5), warm("37", 0.6, comparator=">"), warm("37.9", 1)], False),
    ],
)
def test_sustained_means_over_an_hour(readings: list[MeasuredReading], expected: bool | None) -> None:
    assert is_sustained(readings, AT) is expected


@pytest.mark.parametrize(
    ("temperatures", "grade"),
    [
        ([warm("38.2", 0), warm("38.1", 1.5)], 3),
        ([warm("38.2", 0), warm("37.5", 0.5)], 0),
        ([warm("38.2", 0)], None),
        ([warm("38.4", 0)], 3),
    ],
)
def test_febrile_neutropenia_reads_whether_the_fever_was_sustained(
    temperatures: list[MeasuredReading], grade: int | None
) -> None:
    count = reading("anc", "0.9", "10*9/L", hours_ago=0)

    assert present(count, *temperatures)["febrile_neutropenia"].grade == grade


def test_a_longer_run_is_never_a_shorter_time() -> None:
    runs = [lasted(*fever(hours, every=1)).at_least for hours in range(1, 12)]

    assert all(one < two for one, two in pairwise(runs))
