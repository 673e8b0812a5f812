"""Only plain ASCII decimals are numbers; comparators and ranges are read, never guessed."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.measurement import ReferenceRange, checked_range, parse_number, parse_range, split_comparator


@pytest.mark.parametrize(
    "text", ["0", "7", "0.5", "007", "12.50", "1234567890", "1234567890.0123456789", "72.82881062364004"]
)
def test_number_is_read_exactly_when_it_is_a_plain_decimal(text: str) -> None:
    number = parse_number(text)

    assert number is not None
    assert number == Decimal(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "1 ", " 1", "+1", "-1", "1e3", "1E3", "1,5", "1.", ".5", ".", "1.2.3", "NaN", "nan", "inf", "Infinity",
     "<1", "1_000", "0x10", "١٢", "１２", "²", "1\n", "12345678901", "1.123456789012345678901", "½", "--", "1/2"],
)  # fmt: skip
def test_text_is_no_number_when_it_is_anything_else(text: str) -> None:
    assert parse_number(text) is None


@given(st.text(max_size=12))
def test_number_never_raises_and_has_only_digits_and_one_point_when_read(text: str) -> None:
    number = parse_number(text)

    if number is not None:
        assert set(text) <= set(string.digits + ".")
        assert number.is_finite()
        assert number >= 0


@given(st.decimals(min_value=0, max_value=10**9, places=6))
def test_number_keeps_every_digit_when_it_is_written_out(number: Decimal) -> None:
    assert parse_number(format(number, "f")) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [("<0.2", ("<", "0.2")), ("<= 5", ("<=", "5")), (">14", (">", "14")), (">=3.0", (">=", "3.0")),
     ("0.2", (None, "0.2")), ("=5", (None, "=5")), ("<", (None, "<")), ("hemolyzed", (None, "hemolyzed"))],
)  # fmt: skip
def test_comparator_is_split_off_when_it_stands_before_a_number(text: str, expected: tuple[str | None, str]) -> None:
    assert split_comparator(text) == expected


@pytest.mark.parametrize(
    ("text", "lln", "uln"),
    [("0.6-1.2", "0.6", "1.2"), ("0.6 - 1.2", "0.6", "1.2"), ("13 to 18", "13", "18"), ("70_105", "70", "105"),
     ("60~120", "60", "120"), ("<40", None, "40"), ("<=40", None, "40"), (">60", "60", None), (">= 60", "60", None),
     ("", None, None), ("negative", None, None), ("1.2-0.6", None, None), ("<0", None, None), ("40", None, None),
     ("1.2.3-4", None, "4")],
)  # fmt: skip
def test_range_gives_only_the_limits_it_states_when_it_is_text(text: str, lln: str | None, uln: str | None) -> None:
    expected = ReferenceRange(Decimal(lln) if lln else None, Decimal(uln) if uln else None)

    assert parse_range(text) == expected


def test_range_may_start_at_zero_and_be_a_single_number() -> None:
    assert checked_range(Decimal(0), Decimal("1.2")) == ReferenceRange(Decimal(0), Decimal("1.2"))
    assert checked_range(Decimal(5), Decimal(5)) == ReferenceRange(Decimal(5), Decimal(5))
    assert checked_range(Decimal(5), Decimal("4.9")) == ReferenceRange()
