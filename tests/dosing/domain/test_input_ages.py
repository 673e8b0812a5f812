"""A site may ask for fresher values, and for older ones only where laboratories differ."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dosing.domain.input_ages import age_faults, longest_h
from dosing.rules.loader import load_inputs

RELEASED = load_inputs().value


@pytest.mark.parametrize(
    ("name", "hours"),
    [("creatinine", "28"), ("creatinine", "12"), ("bp_systolic", "2"), ("bp_systolic", "0.25"), ("weight", "24")],
)
def test_age_may_be_chosen_up_to_both_ends(name: str, hours: str) -> None:
    assert age_faults(RELEASED, {name: Decimal(hours)}) == []


@pytest.mark.parametrize(
    ("name", "hours", "said"),
    [
        ("creatinine", "28.25", "creatinine: 28.25 h is not 0.25 to 28 h in quarters of an hour"),
        ("bp_systolic", "2.25", "bp_systolic: 2.25 h is not 0.25 to 2 h"),
        ("bp_systolic", "0", "bp_systolic: 0 h"),
        ("bp_systolic", "0.2", "bp_systolic: 0.2 h"),
        ("bp_systolic", "1.1", "bp_systolic: 1.1 h"),
        ("bp_systolic", "-1", "bp_systolic: -1 h"),
        ("bp_systolic", "NaN", "bp_systolic: NaN h"),
        ("creatinine", "Infinity", "creatinine: Infinity h"),
        ("troponin_i", "24", "troponin_i: has no age to choose"),
        ("moonlight", "1", "moonlight: has no age to choose"),
    ],
)
def test_age_outside_says_what_may_be_chosen(name: str, hours: str, said: str) -> None:
    (fault,) = age_faults(RELEASED, {name: Decimal(hours)})

    assert fault.startswith(said)


def test_only_creatinine_may_be_older_than_the_release_says() -> None:
    longer = [
        name for name, rule in RELEASED.inputs.items() if rule.max_age_h and longest_h(RELEASED, name) != rule.max_age_h
    ]

    assert longer == ["creatinine"]
