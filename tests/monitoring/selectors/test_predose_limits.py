"""Do the limits shown while typing agree with the protocol's, on both sides?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from dosing.rules.loader import load_inputs, load_protocol
from monitoring.selectors.predose_limits import CourseNumbers, LimitRow, limit_rows

CONSENSUS = load_protocol("consensus_2014").value
INPUTS = load_inputs().value
NUMBERS = CourseNumbers(target_sbp=90, weight_kg=Decimal("72.5"))


def effects(observable: str, value: str, numbers: CourseNumbers = NUMBERS) -> set[str]:
    """What the page would say of a value: the effects of every row it lies in."""
    rows = limit_rows(CONSENSUS, INPUTS, numbers)
    return {row.effect for row in rows if row.observable == observable and row.effect != "info" and lies_in(row, value)}


def lies_in(row: LimitRow, value: str) -> bool:
    """The page's own comparison."""
    number = Decimal(value)
    if row.low and (number <= Decimal(row.low) if row.low_open else number < Decimal(row.low)):
        return False
    return not (row.high and (number >= Decimal(row.high) if row.high_open else number > Decimal(row.high)))


@pytest.mark.parametrize(
    ("observable", "value", "expected"),
    [
        ("heart_rate", "99", set()),
        ("heart_rate", "100", {"review"}),
        ("heart_rate", "130", {"review"}),
        ("heart_rate", "131", {"hold"}),
        ("bp_systolic", "90", set()),
        ("bp_systolic", "89", {"hold"}),
        ("spo2", "95", set()),
        ("spo2", "94", {"review"}),
        ("spo2", "90", {"review"}),
        ("spo2", "89", {"hold"}),
        ("creatinine", "2.4", set()),
        ("creatinine", "2.95", {"review"}),
        ("creatinine", "3", {"hold"}),
    ],
)
def test_value_gets_the_protocol_s_own_meaning(observable: str, value: str, expected: set[str]) -> None:
    assert effects(observable, value) == expected


def test_pressure_means_nothing_when_no_target_is_set() -> None:
    assert effects("bp_systolic", "60", CourseNumbers(None, None)) == set()


def test_weight_is_limited_in_kilograms_of_this_patient() -> None:
    rows = [row for row in limit_rows(CONSENSUS, INPUTS, NUMBERS) if row.observable == "weight"]
    assert rows
    assert all(Decimal(row.low) > NUMBERS.weight_kg for row in rows if row.low and NUMBERS.weight_kg)
    assert not [row for row in limit_rows(CONSENSUS, INPUTS, CourseNumbers(90, None)) if row.observable == "weight"]


def test_volume_s_limits_are_told_and_never_compared_with_one_entry() -> None:
    rows = [row for row in limit_rows(CONSENSUS, INPUTS, NUMBERS) if row.observable == "urine_output"]
    assert {row.effect for row in rows} == {"info"}
