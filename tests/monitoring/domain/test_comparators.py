"""A comparator is a range of values: the proven minimum counts and what stays open is said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.facts import TermResult
from monitoring.rules.loader import load_ctcae
from tests.monitoring.domain.build import graded

V6 = load_ctcae("6.0").value


def _seen(found: TermResult) -> tuple[int | None, bool, int | None]:
    return found.grade, found.at_least, found.at_most


@pytest.mark.parametrize(
    ("comparator", "value", "expected"),
    [
        ("<", "0.2", (0, False, 0)),
        ("<", "1.2", (0, False, 0)),
        ("<=", "1.2", (0, False, 0)),
        ("<", "1.21", (None, False, 1)),
        (">", "1.2", (1, True, 4)),
        (">=", "1.2", (None, False, 4)),
        (">", "3.6", (3, True, 4)),
        (">=", "3.6", (2, True, 4)),
        (">", "12", (4, False, 4)),
        (">=", "12", (3, True, 4)),
    ],
)
def test_bilirubin_with_a_comparator(
    comparator: str, value: str, expected: tuple[int | None, bool, int | None]
) -> None:
    found = graded("bilirubin_increased", "bilirubin_total", value, "mg/dL", comparator, uln="1.2", baseline="0.8")

    assert _seen(found) == expected


@pytest.mark.parametrize(
    ("comparator", "value", "expected"),
    [("<", "20", (4, False, 4)), ("<", "25", (4, False, 4)), ("<=", "25", (3, True, 4)), ("<", "100", (1, True, 4)),
     ("<", "200", (None, False, 4)), (">", "150", (0, False, 0)), (">=", "150", (0, False, 0)),
     (">", "75", (None, False, 1))],
)  # fmt: skip
def test_platelets_with_a_comparator(
    comparator: str, value: str, expected: tuple[int | None, bool, int | None]
) -> None:
    assert _seen(graded("platelets_decreased", "platelets", value, "10*9/L", comparator, lln="150")) == expected


def test_platelets_below_20_are_three_or_four_in_6_0() -> None:
    found = graded("platelets_decreased", "platelets", "20", "10*9/L", "<", lln="150", version=V6)

    assert _seen(found) == (3, True, 4)


def test_creatinine_above_14_is_four_and_potassium_above_6_5_at_least_three() -> None:
    creatinine = graded("creatinine_increased", "creatinine", "14", "mg/dL", ">", uln="1.2", baseline="1")
    potassium = graded("hyperkalemia", "potassium", "6.5", "mmol/L", ">", uln="5.0")

    assert creatinine.grade == 4
    assert _seen(potassium) == (3, True, 4)
    assert "up to grade 4 left open" in potassium.why


def test_missing_reference_is_named_before_the_comparator() -> None:
    assert graded("platelets_decreased", "platelets", "75", "10*9/L", ">").why == "lower limit of normal missing"
    assert graded("platelets_decreased", "platelets", "75", "10*9/L", ">", lln="150").why == (
        "the value leaves grades 0 to 1 open"
    )


RANGES = st.sampled_from(["<", "<=", ">", ">="])
TERMS = st.sampled_from(
    [
        ("creatinine_increased", "creatinine", "mg/dL", {"uln": "1.2", "baseline": "0.7"}),
        ("platelets_decreased", "platelets", "10*9/L", {"lln": "150"}),
        ("hyponatremia", "sodium", "mmol/L", {"lln": "135"}),
        ("hyperkalemia", "potassium", "mmol/L", {"uln": "5.0"}),
        ("fever", "temperature", "Cel", {}),
    ]
)


@given(
    term=TERMS,
    comparator=RANGES,
    limit=st.decimals(min_value=0, max_value=200, places=2),
    inside=st.decimals(min_value=0, max_value=200, places=3),
)
def test_grade_of_any_number_allowed_lies_between_the_proven_minimum_and_the_open_maximum(
    term: tuple[str, str, str, dict[str, str]], comparator: str, limit: Decimal, inside: Decimal
) -> None:
    key, observable, unit, known = term
    allowed = {"<": inside < limit, "<=": inside <= limit, ">": inside > limit, ">=": inside >= limit}[comparator]
    if not allowed:
        return

    whole = graded(key, observable, format(limit, "f"), unit, comparator, **known)
    one = graded(key, observable, format(inside, "f"), unit, **known)

    assert one.grade is not None
    assert (whole.grade or 0) <= one.grade <= (whole.at_most if whole.at_most is not None else 5)
