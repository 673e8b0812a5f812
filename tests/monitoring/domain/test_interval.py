"""A comparator leaves a range of numbers: what lies wholly below a limit, wholly above it, or on both sides."""

from __future__ import annotations

from decimal import Decimal

import pytest

from monitoring.domain.interval import Interval, between, point


@pytest.mark.parametrize(
    ("comparator", "value", "limit", "below", "above"),
    [
        (None, "2.0", "2.0", False, False),
        (None, "1.9", "2.0", True, False),
        (None, "2.1", "2.0", False, True),
        ("<", "2.0", "2.0", True, False),
        ("<=", "2.0", "2.0", None, False),
        ("<", "2.1", "2.0", None, None),
        ("<", "1.0", "0", False, None),
        (">", "2.0", "2.0", False, True),
        (">=", "2.0", "2.0", False, None),
        (">", "1.9", "2.0", None, None),
        (">", "2.1", "2.0", False, True),
    ],
)
def test_value_lies_to_a_limit_as_all_its_numbers_do(
    comparator: str | None, value: str, limit: str, below: bool | None, above: bool | None
) -> None:
    numbers = between(Decimal(value), comparator)

    assert numbers.is_below(Decimal(limit)) is below
    assert numbers.is_above(Decimal(limit)) is above


def test_value_without_comparator_is_exact_and_others_are_not() -> None:
    assert between(Decimal("2.0"), None).exact == Decimal("2.0")
    assert point(Decimal(3)).exact == Decimal(3)
    assert between(Decimal("2.0"), "<").exact is None
    assert between(Decimal("2.0"), ">=").exact is None


def test_upper_comparator_starts_at_zero_inclusive() -> None:
    assert between(Decimal("0.5"), "<") == Interval(Decimal(0), Decimal("0.5"), high_closed=False)


def test_unbounded_side_decides_nothing() -> None:
    assert Interval(None, None).is_below(Decimal(1)) is None
    assert Interval(None, None).is_above(Decimal(1)) is None
    assert Interval(None, None).exact is None


def test_unknown_comparator_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown comparator"):
        between(Decimal(1), "~")
