"""The limits of the first terms, typed by hand from the printed tables, one step on either side."""

from __future__ import annotations

import pytest

from monitoring.rules.loader import load_ctcae
from tests.monitoring.domain.build import graded

LLN, ULN = "150", "1.2"


@pytest.mark.parametrize(
    ("unit", "values"),
    [
        ("10*9/L", ["150", "149.999", "75", "74.999", "50", "49.999", "25", "24.999", "0"]),
        ("10*3/uL", ["150", "149.999", "75", "74.999", "50", "49.999", "25", "24.999", "0"]),
        ("10*3/mm3", ["150", "149.999", "75", "74.999", "50", "49.999", "25", "24.999", "0"]),
        ("/mm3", ["150000", "149999", "75000", "74999", "50000", "49999", "25000", "24999", "0"]),
        ("/uL", ["150000", "149999", "75000", "74999", "50000", "49999", "25000", "24999", "0"]),
        ("10*6/L", ["150000", "149999", "75000", "74999", "50000", "49999", "25000", "24999", "0"]),
    ],
)
def test_platelets_decreased_at_each_limit_in_each_unit(unit: str, values: list[str]) -> None:
    grades = [graded("platelets_decreased", "platelets", value, unit, lln=values[0]).grade for value in values]

    assert grades == [0, 1, 1, 2, 2, 3, 3, 4, 4]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("150", 0), ("149.9", 1), ("75", 1), ("74.9", 2), ("50", 2), ("49.9", 3), ("10", 3), ("9.9", 4)],
)
def test_platelets_decreased_in_6_0_reaches_four_below_ten(value: str, expected: int) -> None:
    found = graded("platelets_decreased", "platelets", value, "10*9/L", lln=LLN, version=load_ctcae("6.0").value)

    assert found.grade == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1.2", 0), ("1.2001", 1), ("1.8", 1), ("1.8001", 2), ("3.6", 2), ("3.6001", 3), ("7.2", 3), ("7.2001", 4)],
)
@pytest.mark.parametrize("version", ["3.0", "4.03", "5.0", "6.0"])
def test_creatinine_increased_by_upper_limit_is_the_same_ladder_in_every_version(
    version: str, value: str, expected: int
) -> None:
    found = graded(
        "creatinine_increased", "creatinine", value, "mg/dL", uln=ULN, baseline=value, version=load_ctcae(version).value
    )

    assert found.grade == expected


@pytest.mark.parametrize(
    ("version", "value", "expected"),
    [
        ("4.03", "0.6", 0),
        ("4.03", "0.61", 1),
        ("4.03", "0.9", 1),
        ("4.03", "0.91", 2),
        ("5.0", "0.61", 0),
        ("5.0", "0.85", 0),
        ("5.0", "0.9", 0),
        ("5.0", "0.91", 2),
        ("5.0", "1.0", 2),
        ("5.0", "1.8", 2),
        ("5.0", "1.81", 3),
        ("6.0", "1.2", 0),
        ("6.0", "1.21", 1),
        ("3.0", "1.2", 0),
    ],
)
def test_creatinine_increased_by_multiples_of_a_normal_baseline_of_0_6(version: str, value: str, expected: int) -> None:
    rules = load_ctcae(version).value
    found = graded("creatinine_increased", "creatinine", value, "mg/dL", uln="1.5", baseline="0.6", version=rules)
    if version in ("6.0", "3.0"):
        found = graded("creatinine_increased", "creatinine", value, "mg/dL", uln=ULN, baseline="0.6", version=rules)

    assert found.grade == expected


@pytest.mark.parametrize(("value", "expected"), [("0.6", 0), ("0.61", 2), ("1.2", 2), ("1.21", 3)])
def test_creatinine_increased_in_6_0_counts_multiples_of_a_baseline_below_its_lower_limit(
    value: str, expected: int
) -> None:
    version = load_ctcae("6.0").value
    found = graded(
        "creatinine_increased", "creatinine", value, "mg/dL", uln="1.3", baseline="0.4", is_low=True, version=version
    )

    assert found.grade == expected


def test_creatinine_grade_four_needs_the_upper_limit_however_far_above_the_baseline() -> None:
    found = graded("creatinine_increased", "creatinine", "6.0", "mg/dL", uln=ULN, baseline="0.6")

    assert (found.grade, found.at_most) == (3, 3)


@pytest.mark.parametrize(
    ("value", "unit", "baseline_unit", "expected"),
    [("265.2", "umol/L", "mg/dL", 2), ("265.21", "umol/L", "mg/dL", 3), ("3.0", "mg/dL", "umol/L", 2)],
)
def test_creatinine_is_held_against_a_baseline_in_the_other_unit_exactly(
    value: str, unit: str, baseline_unit: str, expected: int
) -> None:
    baseline = "1.0" if baseline_unit == "mg/dL" else "88.4"
    found = graded(
        "creatinine_increased", "creatinine", value, unit, uln="900", baseline=baseline, baseline_unit=baseline_unit
    )

    assert found.grade == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1.2", 0), ("1.21", 1), ("1.8", 1), ("1.81", 2), ("3.6", 2), ("3.61", 3), ("12", 3), ("12.01", 4)],
)
@pytest.mark.parametrize("version", ["3.0", "4.03", "5.0", "6.0"])
def test_bilirubin_increased_by_upper_limit_when_the_baseline_was_normal(
    version: str, value: str, expected: int
) -> None:
    rules = load_ctcae(version).value
    found = graded("bilirubin_increased", "bilirubin_total", value, "mg/dL", uln=ULN, baseline="0.9", version=rules)

    assert found.grade == expected


@pytest.mark.parametrize(
    ("version", "value", "expected"),
    [
        ("5.0", "2.0", 0),
        ("5.0", "2.01", 1),
        ("5.0", "3.0", 1),
        ("5.0", "3.01", 2),
        ("5.0", "6.0", 2),
        ("5.0", "6.01", 3),
        ("5.0", "20", 3),
        ("5.0", "20.01", 4),
        ("6.0", "1.99", 0),
        ("6.0", "2.0", 1),
        ("6.0", "3.0", 1),
        ("6.0", "3.01", 2),
        ("6.0", "5.0", 2),
        ("6.0", "5.01", 3),
        ("6.0", "20", 3),
        ("6.0", "20.01", 4),
    ],
)
def test_bilirubin_increased_by_the_baseline_alone_when_it_was_abnormal(
    version: str, value: str, expected: int
) -> None:
    rules = load_ctcae(version).value
    found = graded(
        "bilirubin_increased", "bilirubin_total", value, "mg/dL", uln=ULN, baseline="2.0", is_high=True, version=rules
    )

    assert found.grade == expected


@pytest.mark.parametrize(("value", "expected"), [("88", 0), ("87.9", 3), ("100", 0), ("50", 3)])
def test_hypoxia_at_rest_is_three_below_88_percent(value: str, expected: int) -> None:
    found = graded("hypoxia", "spo2", value, "%")

    assert (found.grade, found.at_least, found.at_most) == (expected, True, expected)


def test_hypoxia_with_exercise_is_two_below_88_percent() -> None:
    assert graded("hypoxia", "spo2", "87", "%", at_rest=False).grade == 2


@pytest.mark.parametrize(("value", "expected"), [("55", 3), ("55.1", 0)])
def test_hypoxia_by_arterial_pressure_is_three_at_55_or_less(value: str, expected: int) -> None:
    assert graded("hypoxia", "pao2", value, "mm[Hg]").grade == expected


def test_hypoxia_by_arterial_pressure_is_converted_when_reported_in_kilopascal() -> None:
    assert graded("hypoxia", "pao2", "7.3", "kPa").grade == 3
    assert graded("hypoxia", "pao2", "7.4", "kPa").grade == 0
