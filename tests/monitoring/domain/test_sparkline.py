"""A small drawing says what the numbers say: where it ends, which way it went, and never more than there is."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from monitoring.domain.sparkline import HEIGHT, MOST_POINTS, WIDTH, Point, sparkline
from tests.monitoring.domain.build import AT


def points(*values: str) -> list[Point]:
    return [Point(AT + timedelta(hours=n), Decimal(value), value) for n, value in enumerate(values)]


@pytest.mark.parametrize("values", [(), ("1.0",)])
def test_nothing_is_drawn_of_fewer_than_two_values(values: tuple[str, ...]) -> None:
    assert sparkline(points(*values)) is None


@pytest.mark.parametrize(
    ("values", "direction"),
    [
        (("1.0", "1.05"), "steady"),
        (("1.0", "1.06"), "rising"),
        (("1.0", "0.94"), "falling"),
        (("1.0", "0.95"), "steady"),
        (("1.0", "9.0", "1.0"), "steady"),
        (("0", "1"), "rising"),
    ],
)
def test_direction_is_from_the_first_to_the_last(values: tuple[str, ...], direction: str) -> None:
    found = sparkline(points(*values))

    assert found is not None
    assert found.direction == direction


def test_highest_is_on_top_and_time_runs_to_the_right() -> None:
    found = sparkline(points("1", "3", "2"))

    assert found is not None
    assert found.dots == ((4, 36), (80, 4), (156, 20))
    assert found.end == (156, 20)


def test_all_equal_is_a_line_in_the_middle() -> None:
    found = sparkline(points("5", "5"))

    assert found is not None
    assert {y for _, y in found.dots} == {HEIGHT // 2}


@pytest.mark.parametrize("count", [MOST_POINTS, MOST_POINTS + 1, 500])
def test_many_values_are_thinned_and_the_newest_is_kept(count: int) -> None:
    found = sparkline(points(*[str(n) for n in range(count)]))

    assert found is not None
    assert len(found.dots) <= MOST_POINTS
    assert found.values[-1] == str(count - 1)
    assert all(0 <= x <= WIDTH for x, _ in found.dots)


def test_the_line_is_its_dots_from_the_oldest_to_the_newest() -> None:
    drawn = sparkline(points("1.0", "2.0"))

    assert drawn is not None
    assert drawn.line == " ".join(f"{x},{y}" for x, y in drawn.dots)
    assert drawn.end == drawn.dots[-1]
