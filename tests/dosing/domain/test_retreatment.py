"""What does each source advise on another course, side by side, and is silence never taken for consent?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from dosing.domain.condition import FactIsNotUsable
from dosing.domain.retreatment import Advice, Advised, advise, disagree
from dosing.rules.course_loader import load_retreatment

RULES = load_retreatment().value
Fact = str | int | None
WELL: dict[str, Fact] = {"severe_toxicity": "none", "intolerance": "none"}
LABEL: dict[str, Fact] = {"contraindication": "none", "days_since_discharge": 49}


def all_advice(**facts: Fact) -> tuple[Advised, ...]:
    said = {name: Decimal(value) if isinstance(value, int) else value for name, value in facts.items()}
    return advise(RULES, {name: value for name, value in said.items() if value is not None})


def by(guide: str, **facts: Fact) -> Advised:
    return next(one for one in all_advice(**facts) if one.guide.id == guide)


def rule_of(advised: Advised) -> str | None:
    return None if advised.rule is None else advised.rule.id


@pytest.mark.parametrize(
    ("facts", "advice", "rule"),
    [
        ({"disease": "progressive"}, Advice.STOP, "r1"),
        ({"disease": "stable", "severe_toxicity": "seen"}, Advice.NO_FURTHER_COURSE, "r6"),
        ({"disease": "stable", "intolerance": "stated"}, Advice.STOP, "r4_intolerance"),
        ({"disease": "stable", "nci_response": "nci_none", "courses_given": 1}, Advice.CONSIDER_COURSE, "r2"),
        ({"disease": "stable", "nci_response": "nci_minor", "courses_given": 1}, Advice.CONSIDER_COURSE, "r2"),
        ({"disease": "stable", "nci_response": "nci_none", "courses_given": 2}, Advice.NO_FURTHER_COURSE, "r3"),
        ({"disease": "stable", "nci_response": "nci_minor", "courses_given": 2}, Advice.NO_FURTHER_COURSE, "r3_minor"),
        ({"disease": "responding", "nci_response": "nci_partial"}, Advice.FURTHER_COURSE, "r4"),
        (
            {"disease": "responding", "nci_response": "nci_complete", "courses_since_complete": 0},
            Advice.ONE_LAST_COURSE,
            "r5",
        ),
        (
            {"disease": "responding", "nci_response": "nci_complete", "courses_since_complete": 1},
            Advice.STOP,
            "r5_consolidated",
        ),
    ],
)
def test_nci_advice_follows_its_rules(facts: dict[str, Fact], advice: Advice, rule: str) -> None:
    found = by("nci_2000", **{**WELL, **facts})

    assert (found.advice, rule_of(found)) == (advice, rule)


@pytest.mark.parametrize("missing", ["disease", "severe_toxicity", "intolerance", "nci_response"])
def test_nci_never_advises_a_course_while_a_fact_against_it_is_not_documented(missing: str) -> None:
    facts: dict[str, Fact] = {**WELL, "disease": "responding", "nci_response": "nci_partial", "courses_given": 1}

    found = by("nci_2000", **{**facts, missing: None})

    assert (found.advice, found.rule) == (Advice.NOT_DOCUMENTED, None)
    assert missing in found.missing


def test_progression_and_severe_toxicity_stand_though_other_facts_are_missing() -> None:
    assert by("nci_2000", disease="progressive").advice is Advice.STOP
    assert by("nci_2000", severe_toxicity="seen").advice is Advice.NO_FURTHER_COURSE
    assert by("nci_2000", intolerance="stated").advice is Advice.STOP


def test_complete_response_is_not_consolidated_while_it_is_unknown_whether_it_was() -> None:
    found = by("nci_2000", **WELL, disease="responding", nci_response="nci_complete")

    assert (found.advice, found.missing) == (Advice.NOT_DOCUMENTED, ("courses_since_complete",))


@pytest.mark.parametrize(
    ("facts", "advice", "rule"),
    [
        ({"contraindication": "present"}, Advice.NO_FURTHER_COURSE, "l_contraindicated"),
        ({"shrinkage": "none"}, Advice.NO_FURTHER_COURSE, "l_no_shrinkage"),
        ({"shrinkage": "some", "days_since_discharge": 48}, Advice.NOT_YET, "l_too_early"),
        ({"shrinkage": "some", "days_since_discharge": 49}, Advice.FURTHER_COURSE, "l_further"),
    ],
)
def test_label_advice_follows_its_rules(facts: dict[str, Fact], advice: Advice, rule: str) -> None:
    found = by("fda_label", **{**LABEL, **facts})

    assert (found.advice, rule_of(found)) == (advice, rule)


@pytest.mark.parametrize("missing", ["contraindication", "shrinkage", "days_since_discharge"])
def test_label_never_advises_a_course_while_a_fact_is_not_documented(missing: str) -> None:
    found = by("fda_label", **{**LABEL, "shrinkage": "some", missing: None})

    assert (found.advice, found.missing) == (Advice.NOT_DOCUMENTED, (missing,))


@pytest.mark.parametrize(
    ("facts", "advice"),
    [
        ({"intolerance": "stated"}, Advice.STOP),
        ({"disease": "progressive"}, Advice.STOP),
        ({"umn_response": "umn_progressive"}, Advice.STOP),
        ({"disease": "responding", "umn_response": "umn_complete"}, Advice.STOP),
        ({"disease": "responding", "umn_response": "umn_partial"}, Advice.FURTHER_COURSE),
        ({"disease": "responding", "umn_response": "umn_mixed"}, Advice.FURTHER_COURSE),
        ({"disease": "stable", "umn_response": "umn_stable"}, Advice.NOT_STATED),
    ],
)
def test_minnesota_advice_follows_its_rules(facts: dict[str, Fact], advice: Advice) -> None:
    assert by("umn_2009", **{**WELL, **facts}).advice is advice


@pytest.mark.parametrize(
    ("disease", "advice"),
    [
        ("stable", Advice.FURTHER_COURSE),
        ("responding", Advice.FURTHER_COURSE),
        ("progressive", Advice.NOT_STATED),
        (None, Advice.NOT_DOCUMENTED),
    ],
)
def test_yang_and_atkins_treat_stable_and_responding_disease_again(disease: str | None, advice: Advice) -> None:
    assert by("yang_atkins", disease=disease).advice is advice


def test_label_and_nci_disagree_on_stable_disease_after_the_first_course() -> None:
    found = all_advice(**WELL, **LABEL, disease="stable", nci_response="nci_none", courses_given=1, shrinkage="none")

    assert {one.guide.id: one.advice.value for one in found} == {
        "nci_2000": "consider_course",
        "fda_label": "no_further_course",
        "umn_2009": "not_documented",
        "yang_atkins": "further_course",
    }
    assert disagree(found)


def test_minnesota_and_nci_disagree_on_consolidation() -> None:
    found = all_advice(
        **WELL, disease="responding", nci_response="nci_complete", courses_since_complete=0, umn_response="umn_complete"
    )

    assert disagree(tuple(one for one in found if one.guide.id in ("nci_2000", "umn_2009")))


def test_sources_that_all_advise_or_all_warn_do_not_disagree() -> None:
    further = all_advice(
        **WELL,
        **LABEL,
        disease="responding",
        nci_response="nci_partial",
        courses_given=1,
        shrinkage="some",
        umn_response="umn_partial",
    )
    against = all_advice(**WELL, disease="progressive", contraindication="present")

    assert {one.advice for one in further} == {Advice.FURTHER_COURSE}
    assert not disagree(further)
    assert not disagree(against)
    assert not disagree(all_advice())


def test_nothing_documented_is_never_advice_for_a_course() -> None:
    assert {one.advice for one in all_advice()} == {Advice.NOT_DOCUMENTED}


# Typed by hand from the NCI paper's Tables 3 and 4: who without response went on, and who then responded.
def test_published_counts_stand_behind_the_rules_for_no_response() -> None:
    second = {"melanoma": {"NR": 41, "PR": 2}, "renal": {"NR": 60, "MR": 1, "PR": 2}}
    third = {"melanoma": {"NR": 8}, "renal": {"NR": 9}}
    notes = {rule.id: rule.note for guide in RULES.guides for rule in guide.rules}

    assert (sum(second["melanoma"].values()), sum(second["renal"].values())) == (43, 63)
    assert notes["r2"].startswith("43 melanoma and 63 renal")
    assert "2 and 3 then responded" in notes["r2"]
    assert (sum(third["melanoma"].values()), sum(third["renal"].values())) == (8, 9)
    assert notes["r3"].startswith("0 of 8 melanoma and 0 of 9 renal")


# Table 5, aligned: how many stopped after courses 1 to 4, by reason.
def test_discontinuation_reasons_are_those_of_the_published_table_and_count_everybody() -> None:
    table = {
        "progressive_disease": (176, 77, 17, 6),
        "il2_toxicity": (8, 5, 1, 1),
        "death": (3, 0, 0, 0),
        "complete_response": (0, 4, 19, 1),
        "other": (4, 15, 6, 7),
    }

    assert [reason.id for reason in RULES.discontinuation_reasons] == list(table)
    assert sum(map(sum, table.values())) == 350


def test_every_guide_says_what_it_applies_to_and_when_it_evaluates() -> None:
    assert all(guide.scope and guide.timing and guide.rules for guide in RULES.guides)
    assert "Only this high-dose bolus regimen" in RULES.guides[0].scope


def test_fact_that_is_not_listed_is_refused() -> None:
    with pytest.raises(FactIsNotUsable):
        all_advice(mood="good")
