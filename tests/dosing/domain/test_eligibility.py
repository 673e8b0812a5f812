"""Is each demand of each source judged by itself, and nobody excluded?"""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

import pytest

from dosing.domain.condition import FactIsNotUsable
from dosing.domain.eligibility import ItemResult, ItemState, TopicResult, judge, side_by_side
from dosing.rules.course_loader import load_eligibility

RULES = load_eligibility().value


def said(**facts: str | int | Decimal) -> dict[str, Decimal | str]:
    return {
        name: value if isinstance(value, str) and RULES.facts[name].options else Decimal(value)
        for name, value in facts.items()
    }


def state(item: str, **facts: str | int | Decimal) -> str:
    return next(one.state.value for one in judge(RULES, said(**facts)) if one.item.id == item)


def topic(name: str, **facts: str | int | Decimal) -> TopicResult:
    return next(one for one in side_by_side(RULES, judge(RULES, said(**facts))) if one.topic == name)


# Each limit as printed, just inside and just outside.
@pytest.mark.parametrize(
    ("item", "fact", "inside", "outside"),
    [
        ("l1", "ecog", "1", "2"),
        ("g1", "ecog", "1", "2"),
        ("u2", "ecog", "2", "3"),
        ("eu1", "ecog", "2", "3"),
        ("g2", "ldh_over_uln", "1", "1.01"),
        ("n2", "days_since_therapy", "30", "29"),
        ("u1", "age", "18", "17"),
        ("us5", "creatinine_mg_dl", "1.5", "1.51"),
        ("eu5", "pao2_mmhg", "60", "59.9"),
        ("eu8_wbc", "wbc_10e9_l", "4.0", "3.9"),
        ("eu8_platelets", "platelets_10e9_l", "100", "99"),
        ("eu8_hematocrit", "hematocrit_percent", "30", "29.9"),
        ("c1_karnofsky", "karnofsky", "80", "70"),
        ("c1_platelets", "platelets_10e9_l", "80", "79"),
        ("c1_replaced", "liver_replaced_percent", "25", "26"),
        ("c3_kidneys", "crcl_ml_min", "61", "60"),
        ("c3_heart", "lvef_percent", "46", "45"),
    ],
)
def test_number_is_met_on_one_side_of_its_limit_only(item: str, fact: str, inside: str, outside: str) -> None:
    assert state(item, **{fact: Decimal(inside)}) == "met"
    assert state(item, **{fact: Decimal(outside)}) == "not_met"
    assert state(item) == "not_documented"


@pytest.mark.parametrize(
    ("item", "met", "not_met"),
    [
        ("g3", {"organs_involved": 2}, {"organs_involved": 3, "skin_only": "elsewhere"}),
        ("g3", {"organs_involved": 5, "skin_only": "only"}, {"organs_involved": 4, "skin_only": "elsewhere"}),
        ("us4", {"fev1_l": "2.1"}, {"fev1_l": "2", "fev1_percent": 74}),
        ("us4", {"fev1_percent": 75}, {"fev1_l": 1, "fev1_percent": "74.9"}),
        ("eu2", {"ecog": 0}, {"ecog": 1, "organs_involved": 2, "months_since_diagnosis": 23}),
        ("eu2", {"organs_involved": 1}, {"ecog": 2, "organs_involved": 3, "months_since_diagnosis": 1}),
        (
            "eu2",
            {"months_since_diagnosis": 24},
            {"ecog": 1, "organs_involved": 2, "months_since_diagnosis": "23.9"},
        ),
        ("c1_enzymes", {"ast_over_uln": 3, "alt_over_uln": 3}, {"ast_over_uln": "3.1"}),
        ("c1_lungs", {"fev1_percent": "65.1", "vc_percent": 66}, {"lung_risk": "present", "fev1_percent": 65}),
        ("c1_heart", {"age": 49, "heart_risk": "none"}, {"age": 50, "stress_test": "abnormal"}),
        ("c1_heart", {"stress_test": "passed"}, {"stress_test": "not_needed", "heart_risk": "present"}),
        ("c3_lungs", {"fev1_fvc_percent": 71}, {"fev1_fvc_percent": 70, "fev1_percent": 50}),
        (
            "c3_cns",
            {"brain_metastases": "treated_stable", "days_brain_stable": 14},
            {"brain_metastases": "treated_stable", "days_brain_stable": 13},
        ),
        (
            "u4",
            {"brain_metastases": "untreated", "ecog": 0, "brain_symptoms": "none"},
            {"brain_metastases": "untreated", "ecog": 1},
        ),
        ("n1", {"disease": "renal", "progression": "progressing"}, {"disease": "other"}),
        (
            "n4",
            {"lungs_disease": "mild", "heart_disease": "none", "kidneys_disease": "significant"},
            {"heart_disease": "severe"},
        ),
        (
            "us2",
            {"heart_disease": "mild", "lungs_disease": "none", "kidneys_disease": "none", "liver_disease": "none"},
            {"liver_disease": "significant"},
        ),
        (
            "c5_cns",
            {
                "brain_metastases": "treated_stable",
                "months_since_brain_therapy": 3,
                "brain_edema": "none",
                "seizures": "none",
            },
            {"seizures": "present"},
        ),
    ],
)
def test_item_of_several_facts_is_met_and_not_met(
    item: str, met: dict[str, str | int], not_met: dict[str, str | int]
) -> None:
    assert state(item, **met) == "met"
    assert state(item, **not_met) == "not_met"


def test_nothing_documented_leaves_every_judged_item_undocumented_and_names_what_is_missing() -> None:
    results = judge(RULES, {})

    assert {one.state for one in results} == {ItemState.NOT_DOCUMENTED, ItemState.SHOWN_ONLY}
    assert all(bool(one.missing) == (one.state is ItemState.NOT_DOCUMENTED) for one in results)
    assert [one.item.id for one in results if one.state is ItemState.SHOWN_ONLY] == ["n8", "c2", "c4"]


def test_missing_facts_end_where_they_no_longer_matter() -> None:
    result = next(one for one in judge(RULES, said(ecog=0)) if one.item.id == "u4")

    assert (result.state, result.missing) == (ItemState.NOT_DOCUMENTED, ("brain_metastases", "brain_symptoms"))


def test_there_is_no_result_for_the_patient() -> None:
    assert [field.name for field in fields(ItemResult)] == ["item", "state", "missing"]
    assert set(ItemState) == {"met", "not_met", "not_documented", "shown_only"}


def test_performance_status_of_2_is_disputed_between_the_sources() -> None:
    found = topic("performance_status", ecog=2)

    assert found.is_disputed
    assert {one.item.id: one.state.value for one in found.results} == {
        "l1": "not_met",
        "g1": "not_met",
        "n8": "shown_only",
        "u2": "met",
        "eu1": "met",
        "c1_karnofsky": "not_documented",
    }
    assert found.known[0].startswith("ECOG 0-1")


@pytest.mark.parametrize(("platelets", "is_disputed"), [(79, False), (80, True), (99, True), (100, False)])
def test_platelets_are_disputed_between_80_and_100(platelets: int, is_disputed: bool) -> None:
    assert topic("blood", platelets_10e9_l=platelets).is_disputed is is_disputed


def test_treated_brain_metastases_are_disputed() -> None:
    assert topic("cns", brain_metastases="treated_stable", seizures="none").is_disputed
    assert not topic("cns", brain_metastases="none").is_disputed


def test_every_item_appears_under_exactly_one_topic() -> None:
    shown = [one.item.id for found in side_by_side(RULES, judge(RULES, {})) for one in found.results]

    assert sorted(shown) == sorted(item.id for item in RULES.items)


def test_checklist_is_told_from_eligibility() -> None:
    checklist = {item.id for item in RULES.items if item.part == "checklist"}

    assert {"us1_pregnancy", "s1_antihypertensives", "s5_target", "p1_weight", "n7"} <= checklist
    assert {"g1", "us2", "eu5"}.isdisjoint(checklist)


def test_recalled_and_unread_rows_are_marked() -> None:
    levels = {item.id: item.verification for item in RULES.items}

    assert (levels["us4"], levels["us5"], levels["c4"]) == ("recalled", "retrieved_secondary", "not_established")


def test_fact_that_is_not_listed_is_refused() -> None:
    with pytest.raises(FactIsNotUsable, match="mood"):
        judge(RULES, {"mood": "good"})
