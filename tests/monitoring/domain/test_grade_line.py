"""One line in, every term it feeds out; a bad line says what is wrong with it and nothing raises."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.grade_line import grade_line
from monitoring.rules.loader import VERSIONS, load_ctcae
from tests.monitoring.domain.build import OBSERVABLES

ALL = {version: load_ctcae(version).value for version in VERSIONS}


def _line(observable: str, value: Any = None, unit: str | None = None, **more: Any) -> dict[str, Any]:
    line = {"id": 7, "ctcae_version": "5.0", "observable": observable, "value": value, "unit": unit} | more
    return grade_line(line, ALL, OBSERVABLES)


def _grade(term: str, *args: Any, **more: Any) -> int | None:
    answer = _line(*args, **more)
    assert answer["error"] is None, answer
    return answer["grades"][term]["grade"]  # type: ignore[no-any-return]


def test_line_answers_with_its_id_and_every_term_it_feeds() -> None:
    answer = _line("creatinine", "3.4", "mg/dL", uln="1.2", baseline="1.0")

    assert answer["id"] == 7
    assert answer["error"] is None
    assert set(answer["grades"]) == {"creatinine_increased", "acute_kidney_injury", "rhabdomyolysis"}
    assert answer["grades"]["creatinine_increased"] == {
        "term": "Creatinine increased",
        "grade": 3,
        "at_least": False,
        "proposed": False,
        "why": ">3.0 x baseline (baseline 1.0 mg/dL)",
    }
    assert answer["grades"]["acute_kidney_injury"]["grade"] is None


@pytest.mark.parametrize(
    ("term", "observable", "value", "unit", "more", "expected"),
    [
        ("platelets_decreased", "platelets", "40", "K/uL", {}, 3),
        ("platelets_decreased", "platelets", 40, "10*9/L", {}, 3),
        ("platelets_decreased", "platelets", "120", "10*9/L", {}, None),
        ("bilirubin_increased", "bilirubin_total", "2.5", "mg/dL",
         {"uln": Decimal("1.2"), "baseline_status": "normal"}, 2),
        ("bilirubin_increased", "bilirubin_total", "2.5", "mg/dL", {"uln": "1.2", "baseline": "2.0"}, 1),
        ("bilirubin_increased", "bilirubin_total", "2.5", "mg/dL",
         {"uln": "1.2", "baseline": "2.0", "baseline_status": "high"}, 1),
        ("bilirubin_increased", "bilirubin_total", "2.5", "mg/dL", {"uln": "1.2", "baseline": "1.0"}, 2),
        ("creatinine_increased", "creatinine", "1.0", "mg/dL",
         {"uln": "1.2", "lln": "0.6", "baseline": "0.4", "ctcae_version": "6.0"}, 2),
        ("creatinine_increased", "creatinine", "1.0", "mg/dL",
         {"uln": "1.2", "lln": "0.6", "baseline": "0.6", "ctcae_version": "6.0"}, 0),
        ("fever", "temperature", "40.5", "Cel", {"duration_above_40C": "PT25H"}, 4),
        ("fever", "temperature", "40.5", "Cel", {"duration_above_40C": "P1D"}, 3),
        ("fever", "temperature", "40.5", "Cel", {"duration_above_40C": "PT24H0M1S"}, 4),
        ("urine_output_decreased", "urine_output", "70", "mL", {"window": "8 h", "window_complete": True}, 3),
        ("urine_output_decreased", "urine_output", "200", "mL", {"window": "PT24H", "window_complete": "true"}, 4),
        ("weight_gain", "weight", None, None, {"pct_change_from_baseline": "10.0"}, 2),
        ("weight_gain", "weight", "90", "kg", {"pct_change_from_baseline": "+12"}, 2),
        ("weight_gain", "weight", "90", "kg", {"pct_change_from_baseline": "-12"}, 0),
        ("weight_gain", "weight", "90", "kg", {"baseline": "80"}, 2),
        ("hyperglycemia", "glucose_fasting", "200", "mg/dL", {"ctcae_version": "4.03", "uln": "110"}, 2),
        ("hyperglycemia", "glucose", "200", "mg/dL", {"ctcae_version": "4.03", "uln": "110", "fasting": True}, 2),
        ("hypoglycemia", "glucose_fasting", "39", "mg/dL", {}, 3),
        ("inr_increased", "inr", "1.4", None, {"on_anticoagulation": False}, 1),
        ("inr_increased", "inr", "1.4", None, {"on_anticoagulation": True, "baseline": "0.9"}, 2),
        ("febrile_neutropenia", "anc", "0.5", "10*9/L", {"temperature_cel": "38.4"}, 3),
        ("febrile_neutropenia", "anc", "0.5", "10*9/L",
         {"temperature_cel": "38.1", "temperature_pattern": "sustained"}, 3),
        ("febrile_neutropenia", "anc", "0.5", "10*9/L",
         {"temperature_cel": "38.1", "temperature_pattern": "single"}, 0),
        ("febrile_neutropenia", "temperature", "101.3", "[degF]", {"anc_10e9_L": "0.5"}, 3),
        ("febrile_neutropenia", "temperature", "38.5", "Cel", {}, None),
        ("sinus_tachycardia", "heart_rate", "101", "/min", {}, 1),
        ("sinus_tachycardia", "heart_rate", "100", "/min", {}, 0),
        ("hypoxia", "spo2", "87", "%", {}, 3),
        ("hypotension", "bp_systolic", "80", "mm[Hg]", {}, None),
        ("lactate_increased", "lactate", "9", "mmol/L", {}, None),
        ("hyperkalemia", "potassium", "6.5", "mEq/L", {"comparator": ">", "uln": "5"}, 3),
        ("hypokalemia", "potassium", "hemolyzed", "mmol/L", {}, None),
        ("sinus_tachycardia", "heart_rate", "0", "/min", {}, None),
    ],
)  # fmt: skip
def test_line_is_graded_with_its_circumstances(
    term: str, observable: str, value: Any, unit: str | None, more: dict[str, Any], expected: int | None
) -> None:
    assert _grade(term, observable, value, unit, **more) == expected


def test_line_may_name_a_loinc_code() -> None:
    line = {"id": "a", "ctcae_version": "5.0", "loinc": "777-3", "value": "24", "unit": "10*3/uL"}

    assert grade_line(line, ALL, OBSERVABLES)["grades"]["platelets_decreased"]["grade"] == 4  # type: ignore[index]


def test_proposals_and_open_grades_are_marked() -> None:
    tachycardia = _line("heart_rate", "120", "/min")["grades"]["sinus_tachycardia"]
    potassium = _line("potassium", "6.5", "mmol/L", comparator=">", uln="5")["grades"]["hyperkalemia"]

    assert (tachycardia["proposed"], potassium["at_least"], potassium["proposed"]) == (True, True, False)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"id": None}, "id: missing"),
        ({"ctcae_version": "4.0"}, "ctcae_version: '4.0' is not one of 3.0, 4.03, 5.0, 6.0"),
        ({"ctcae_version": 5}, "ctcae_version: 5 is not one of"),
        ({"observable": "smell"}, "unknown observable smell"),
        ({"observable": None, "loinc": "1-1"}, "unknown LOINC code 1-1"),
        ({"observable": None}, "unknown LOINC code None"),
        ({"unit": "stone"}, "unknown unit stone"),
        ({"unit": None}, "unknown unit: none was given"),
        ({"comparator": "~"}, "unknown comparator ~"),
        ({"value": 1.5}, "value: 1.5 is neither text nor a decimal number"),
        ({"uln": True}, "uln: True is neither text nor a decimal number"),
        ({"baseline": "1,0"}, "baseline: '1,0' is not a plain decimal number"),
        ({"pct_change_from_baseline": "--1"}, "pct_change_from_baseline: '--1' is not a plain decimal number"),
        ({"baseline_status": "odd"}, "baseline_status: 'odd' is not low, normal or high"),
        ({"fasting": "perhaps"}, "fasting: 'perhaps' is not true or false"),
        ({"duration_above_40C": "P"}, "duration_above_40C: 'P' is not a duration such as PT24H"),
        ({"window": "a shift"}, "window: 'a shift' is not a duration such as PT24H"),
        ({"temperature_pattern": "odd"}, "temperature_pattern: 'odd' is not single or sustained"),
    ],
)
def test_bad_line_says_which_field_is_wrong(change: dict[str, Any], error: str) -> None:
    line = {"id": 1, "ctcae_version": "5.0", "observable": "creatinine", "value": "1.0", "unit": "mg/dL"} | change

    answer = grade_line(line, ALL, OBSERVABLES)

    assert str(answer["error"]).startswith(error)
    assert all(row["grade"] is None for row in answer["grades"].values())  # type: ignore[attr-defined]


def test_empty_flags_are_not_known() -> None:
    answer = _line("inr", "1.1", "1", on_anticoagulation="", baseline="")

    assert answer["grades"]["inr_increased"]["at_least"] is True


ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.lists(st.integers()))
FIELDS = [
    "id", "ctcae_version", "observable", "loinc", "value", "comparator", "unit", "uln", "lln", "baseline", "window",
    "baseline_status", "pct_change_from_baseline", "fasting", "on_anticoagulation", "duration_above_40C",
    "window_complete", "temperature_cel", "temperature_pattern", "anc_10e9_L",
]  # fmt: skip
SENSIBLE = st.fixed_dictionaries(
    {
        "id": st.just(1),
        "ctcae_version": st.sampled_from(list(VERSIONS)),
        "observable": st.sampled_from(sorted(OBSERVABLES.by_key)),
    }
)


@given(base=SENSIBLE, noise=st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=6))
def test_no_line_raises_and_every_line_has_an_answer(base: dict[str, Any], noise: dict[str, Any]) -> None:
    answer = grade_line(base | noise, ALL, OBSERVABLES)

    assert set(answer) == {"id", "grades", "error"}
