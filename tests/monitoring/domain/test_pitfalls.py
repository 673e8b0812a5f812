"""The known traps of grading laboratory values, one row each."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from monitoring.domain.ctcae import Ref
from monitoring.domain.grading import ABSENT, CLINICAL
from monitoring.rules.loader import load_ctcae
from tests.monitoring.domain.build import graded

V3, V4, V5, V6 = (load_ctcae(version).value for version in ("3.0", "4.03", "5.0", "6.0"))


def test_three_times_0_7_is_2_1_and_not_a_hair_less() -> None:
    assert graded("alt_increased", "alt", "2.1", "U/L", uln="0.7").grade == 1
    assert graded("creatinine_increased", "creatinine", "1.65", "mg/dL", uln="1.1", baseline="1.65").grade == 1


@pytest.mark.parametrize(
    ("term", "observable", "value", "unit", "expected"),
    [
        ("hypocalcemia", "calcium_corrected", "8.0", "mg/dL", 1),
        ("hypocalcemia", "calcium_corrected", "1.996", "mmol/L", 2),
        ("hypomagnesemia", "magnesium", "1.2", "mg/dL", 1),
        ("hypomagnesemia", "magnesium", "0.494", "mmol/L", 2),
        ("hypoglycemia", "glucose", "55", "mg/dL", 1),
        ("hypoglycemia", "glucose", "3.05", "mmol/L", 1),
        ("hypoglycemia", "glucose", "2.99", "mmol/L", 2),
        ("anemia", "hemoglobin", "8.0", "g/dL", 2),
        ("anemia", "hemoglobin", "80", "g/L", 2),
        ("anemia", "hemoglobin", "4.96", "mmol/L", 2),
        ("anemia", "hemoglobin", "4.89", "mmol/L", 3),
    ],
)
def test_value_is_graded_by_the_limits_printed_for_its_own_unit(
    term: str, observable: str, value: str, unit: str, expected: int
) -> None:
    assert graded(term, observable, value, unit, lln="1000").grade == expected


@pytest.mark.parametrize(
    ("value", "expected", "proposed"),
    [
        ("130", 1, False),
        ("129.9", 3, True),
        ("129.5", 3, True),
        ("129", 3, True),
        ("125", 3, True),
        ("124.9", 3, False),
        ("120", 3, False),
        ("119.9", 4, False),
    ],
)
def test_sodium_between_printed_integers_takes_the_worse_and_symptoms_count(
    value: str, expected: int, proposed: bool
) -> None:
    found = graded("hyponatremia", "sodium", value, "mmol/L", lln="135")

    assert (found.grade, found.proposed) == (expected, proposed)


def test_low_potassium_counts_as_symptomatic_until_a_clinician_says_otherwise() -> None:
    found = graded("hypokalemia", "potassium", "3.0", "mmol/L", lln="3.5")

    assert (found.grade, found.proposed, found.at_least) == (2, True, True)
    assert "counted as: symptomatic" in found.why


@pytest.mark.parametrize(("value", "expected"), [("1.4", 2), ("1.5", 0), ("1.3", 2)])
def test_rung_above_the_laboratorys_lower_limit_is_graded_and_said(value: str, expected: int) -> None:
    found = graded("neutrophil_decreased", "anc", value, "10*9/L", lln="1.3")

    assert found.grade == expected
    assert ("within the laboratory's own limits" in found.why) is (expected == 2)


def test_value_above_a_rung_but_below_the_upper_limit_is_said_too() -> None:
    found = graded("hyperkalemia", "potassium", "5.6", "mmol/L", uln="5.8")

    assert "within the laboratory's own limits" in found.why


@pytest.mark.parametrize(
    ("lasted", "expected", "at_most"),
    [(None, 3, 4), (timedelta(hours=24), 3, 3), (timedelta(hours=24, seconds=1), 4, 4)],
)
def test_fever_above_40_is_four_only_after_24_hours(lasted: timedelta | None, expected: int, at_most: int) -> None:
    found = graded("fever", "temperature", "40.1", "Cel", above_40c_for=lasted)

    assert (found.grade, found.at_most) == (expected, at_most)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [("37.9", "Cel", 0), ("38.0", "Cel", 1), ("39.0", "Cel", 1), ("39.05", "Cel", 2), ("102.25", "[degF]", 2),
     ("102.2", "[degF]", 1), ("102.3", "[degF]", 2), ("104.0", "[degF]", 2), ("40.0", "Cel", 2)],
)  # fmt: skip
def test_fever_bands_have_no_hole_in_either_scale(value: str, unit: str, expected: int) -> None:
    assert graded("fever", "temperature", value, unit).grade == expected


@pytest.mark.parametrize(
    ("hours", "complete", "value", "grade", "at_most"),
    [
        (8, True, "79", 3, 4),
        (8, True, "80", None, 4),
        (8, True, "240", 0, 0),
        (8, False, "79", None, 4),
        (8, None, "79", None, 4),
        (8, False, "240", 0, 0),
        (24, True, "239", 4, 4),
        (24, True, "240", 0, 0),
        (24, False, "239", None, 4),
        (None, None, "50", None, 4),
    ],
)
def test_urine_is_graded_only_over_its_whole_window(
    hours: int | None, complete: bool | None, value: str, grade: int | None, at_most: int
) -> None:
    window = timedelta(hours=hours) if hours else None
    found = graded("urine_output_decreased", "urine_output", value, "mL", window=window, window_complete=complete)

    assert (found.grade, found.at_most) == (grade, at_most)


@pytest.mark.parametrize(
    ("value", "temperature", "sustained", "expected"),
    [("0.9", "38.4", None, 3), ("0.9", "38.3", True, 3), ("0.9", "38.0", True, 3), ("0.9", "38.3", False, 0),
     ("0.9", "38.3", None, None), ("0.9", "37.9", True, 0), ("1.0", "39.0", True, 0), ("0.9", None, None, None)],
)  # fmt: skip
def test_febrile_neutropenia_needs_both_the_count_and_the_fever(
    value: str, temperature: str | None, sustained: bool | None, expected: int | None
) -> None:
    found = graded(
        "febrile_neutropenia", "anc", value, "10*9/L", temperature_cel=temperature, temperature_sustained=sustained
    )

    assert found.grade == expected


@pytest.mark.parametrize(
    ("value", "baseline", "expected"),
    [("0.6", "0.5", 1), ("0.6", "0.6", 0), ("0.5", "0.4", 0), ("0.6", None, None), ("0.4", None, 0)],
)
def test_eosinophilia_needs_both_the_upper_limit_and_the_baseline_exceeded(
    value: str, baseline: str | None, expected: int | None
) -> None:
    assert graded("eosinophilia", "eosinophils", value, "10*9/L", uln="0.5", baseline=baseline).grade == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("84", 1), ("83.99", 0), ("88", 2), ("87.99", 1), ("96", 3), ("95.99", 2), ("70", 0)]
)
def test_weight_gain_bands_include_their_lower_end(value: str, expected: int) -> None:
    assert graded("weight_gain", "weight", value, "kg", baseline="80").grade == expected


@pytest.mark.parametrize(("change", "expected"), [("4.99", 0), ("5", 1), ("10", 2), ("20", 3), ("-30", 0)])
def test_weight_gain_is_read_from_a_given_percentage_when_the_baseline_is_not_at_hand(
    change: str, expected: int
) -> None:
    assert graded("weight_gain", "weight", None, "kg", percent_change=change).grade == expected
    assert graded("weight_gain", "weight", "88", "kg", percent_change=change).grade == expected


@pytest.mark.parametrize(
    ("value", "baseline", "expected"),
    [("150", "200", 2), ("151", "200", 1), ("101", "200", 2), ("100", "200", 3), ("50.1", "201", 4), ("49", None, 4)],
)
def test_fibrinogen_counts_the_fall_from_baseline_only_below_the_lower_limit(
    value: str, baseline: str | None, expected: int
) -> None:
    assert graded("fibrinogen_decreased", "fibrinogen", value, "mg/dL", lln="180", baseline=baseline).grade == expected


def test_fibrinogen_fall_does_not_count_while_the_value_is_normal() -> None:
    assert graded("fibrinogen_decreased", "fibrinogen", "200", "mg/dL", lln="180", baseline="800").grade == 0


@pytest.mark.parametrize(
    ("version", "value", "expected"),
    [(V4, "1.4", 1), (V5, "1.2", 0), (V5, "1.21", 1), (V5, "1.5", 1), (V5, "1.51", 2), (V5, "2.51", 3)],
)
def test_inr_is_a_multiple_before_5_0_and_absolute_since(version: object, value: str, expected: int) -> None:
    found = graded(
        "inr_increased",
        "inr",
        value,
        "{INR}",
        uln="1.2",
        on_anticoagulation=False,
        baseline="0.5",
        version=version,  # type: ignore[arg-type]
    )

    assert found.grade == expected


def test_inr_leaves_the_multiples_of_baseline_open_when_anticoagulation_is_not_known() -> None:
    found = graded("inr_increased", "inr", "1.1", "{INR}", baseline="0.5")

    assert (found.grade, found.at_least, found.at_most) == (0, True, 2)
    assert "anticoagulation not known" in found.why


def test_random_glucose_is_not_graded_by_the_fasting_bands() -> None:
    random = graded("hyperglycemia", "glucose", "200", "mg/dL", uln="110", fasting=False, version=V4)
    unknown = graded("hyperglycemia", "glucose", "200", "mg/dL", uln="110", version=V4)
    fasting = graded("hyperglycemia", "glucose", "200", "mg/dL", uln="110", fasting=True, version=V4)

    assert (random.grade, random.at_most) == (0, 0)
    assert (unknown.grade, unknown.at_most) == (0, 2)
    assert fasting.grade == 2
    assert graded("hyperglycemia", "glucose", "251", "mg/dL", version=V4).grade == 3


@pytest.mark.parametrize(
    ("version", "term", "observable", "unit", "why"),
    [
        (V5, "lactate_increased", "lactate", "mmol/L", ABSENT),
        (V6, "ck_increased", "ck", "U/L", ABSENT),
        (V5, "hypophosphatemia", "phosphate", "mg/dL", CLINICAL),
        (V5, "hyperglycemia", "glucose", "mg/dL", CLINICAL),
        (V5, "hypotension", "bp_systolic", "mm[Hg]", CLINICAL),
        (V5, "hypocalcemia", "calcium_total", "mg/dL", "not computable from Calcium, total"),
    ],
)
def test_no_grade_is_invented_where_the_version_prints_no_number(
    version: object, term: str, observable: str, unit: str, why: str
) -> None:
    found = graded(term, observable, "3", unit, version=version)  # type: ignore[arg-type]

    assert (found.grade, found.at_most, found.why) == (None, None, why)


def test_alkaline_phosphatase_in_6_0_stays_one_however_high() -> None:
    assert graded("alp_increased", "alp", "3900", "U/L", uln="130", baseline="100", version=V6).grade == 1


@pytest.mark.parametrize(
    ("value", "expected"), [("50", 0), ("49.5", 2), ("26", 2), ("25.5", 3), ("10", 3), ("9.9", None)]
)
def test_creatinine_clearance_in_6_0_has_no_hole_and_no_grade_below_its_table(value: str, expected: int | None) -> None:
    found = graded("creatinine_clearance_decreased", "creatinine_clearance", value, "mL/min", version=V6)

    assert found.grade == expected


def test_creatinine_clearance_may_lie_below_the_table_when_it_carries_a_comparator() -> None:
    found = graded("creatinine_clearance_decreased", "creatinine_clearance", "15", "mL/min", "<", version=V6)

    assert found.grade is None
    wholly = graded("creatinine_clearance_decreased", "creatinine_clearance", "9", "mL/min", "<", version=V6)
    assert (wholly.grade, wholly.why) == (None, "may be below 10: outside the printed limits")


def test_troponin_is_at_least_one_until_the_assays_infarction_limit_is_configured() -> None:
    open_ = graded("troponin_increased", "troponin_i", "0.5", "ng/mL", uln="0.04")
    configured = graded(
        "troponin_increased", "troponin_i", "0.5", "ng/mL", uln="0.04", limits={Ref.MI_LIMIT: Decimal("0.4")}
    )

    assert (open_.grade, open_.at_least, open_.at_most) == (1, True, 3)
    assert configured.grade == 3


@pytest.mark.parametrize(
    ("value", "expected"), [("0.029", 0), ("0.03", 1), ("0.05", 2), ("0.1", 3), ("0.199", 3), ("0.2", 4)]
)
def test_troponin_t_in_3_0_has_numbers_for_the_conventional_assay_only(value: str, expected: int) -> None:
    assert graded("troponin_increased", "troponin_t", value, "ng/mL", version=V3).grade == expected
    sensitive = graded("troponin_increased", "troponin_t", "60", "ng/L", version=V3)
    assert (sensitive.grade, sensitive.why) == (None, "no printed limit for this unit")


def test_troponin_t_is_graded_as_troponin_i_since_4_03() -> None:
    assert graded("troponin_increased", "troponin_t", "60", "ng/L", uln="14").grade == 1
    assert graded("troponin_increased", "troponin_t", "14", "ng/L", uln="14").grade == 0


@pytest.mark.parametrize(("value", "expected"), [("1.31", 1), ("1.3", 0), ("2.0", 2), ("3.01", 3), ("4.01", 3)])
def test_acute_kidney_injury_in_4_03_takes_the_higher_of_overlapping_bands(value: str, expected: int) -> None:
    found = graded("acute_kidney_injury", "creatinine", value, "mg/dL", baseline="1.0", version=V4)

    assert found.grade == expected


def test_acidosis_four_in_3_0_is_only_a_clinicians() -> None:
    found = graded("acidosis", "ph", "7.1", "[pH]", lln="7.35", version=V3)

    assert (found.grade, found.at_least, found.at_most) == (3, True, 3)


@pytest.mark.parametrize("version", [V3, V4, V5, V6])
def test_grade_five_is_never_computed(version: object) -> None:
    rules = version.terms.values()  # type: ignore[attr-defined]

    assert all(row.grade < 5 for rule in rules for row in rule.rows)
