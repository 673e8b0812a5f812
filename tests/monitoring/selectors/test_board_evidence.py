"""Is what stands below a verdict complete, honest, and worst first?"""

from __future__ import annotations

from typing import Any

from monitoring.selectors.board_evidence import evidence_of


def result(name: str, state: str, **changes: Any) -> dict[str, Any]:
    """One criterion of a stored outcome."""
    plain = {"id": name, "state": state, "kind": "relative", "label": name.title(), "input": name, "limit": ""}
    return {
        **plain,
        "organ_system": "renal",
        "value": "",
        "reason": "",
        "source": "S",
        "verification": "retrieved",
        **changes,
    }


def missing(name: str, reason: str) -> dict[str, Any]:
    """One missing input of a stored outcome."""
    return {"input": name, "label": name.title(), "reason": reason, "last_value": "", "last_observed_at": None}


def test_worst_kind_comes_first_and_all_are_counted() -> None:
    found = evidence_of(
        {"results": [result("a", "met"), result("b", "met", kind="absolute"), result("c", "met", kind="relative")]}
    )
    assert [line.id for line in found.met] == ["b", "a", "c"]
    assert found.kinds == "1 absolute, 2 relative"


def test_nothing_met_says_in_how_many_and_how_many_were_not_checked() -> None:
    found = evidence_of({"results": [result("a", "not_met"), result("b", "not_met"), result("c", "unknown")]})
    assert found.coverage == "No hold reason in 2; 1 not checked"


def test_measured_criterion_is_titled_by_its_value_and_says_its_limit() -> None:
    line = result("x", "met", input="creatinine", label="Creatinine 3 mg/dL or more", value="3.4 mg/dL")
    shown = evidence_of({"results": [line]}).met[0]
    assert (shown.title, shown.says) == ("Creatinine 3.4 mg/dL", "Creatinine 3 mg/dL or more")


def test_finding_is_titled_in_its_own_words() -> None:
    shown = evidence_of({"results": [result("x", "met", label="Vivid dreams", value="present")]}).met[0]
    assert shown.title == "Vivid dreams"


def test_grade_keeps_its_term_and_its_value() -> None:
    line = result("x", "met", kind="ctcae", input="creatinine", label="CTCAE grade 3", value="(3.4 mg/dL)")
    assert evidence_of({"results": [line]}).met[0].title == "CTCAE grade 3 (3.4 mg/dL)"


def test_bedside_answers_are_told_by_group_and_measurements_one_by_one() -> None:
    found = evidence_of(
        {
            "results": [
                result("crackles", "unknown", input="lungs", reason="not_answered"),
                result("airway", "unknown", input="lungs", reason="stale"),
                result("clear", "unknown", input="platelets", reason="stale"),
            ],
            "missing": [missing("crackles", "not_answered"), missing("airway", "stale"), missing("platelets", "stale")],
        }
    )
    assert [(gap.group, gap.unanswered) for gap in found.bedside_gaps] == [("lungs", 2)]
    assert found.bedside_reasons == "not answered, too old"
    assert [gap.input for gap in found.measured_gaps] == ["platelets"]


def test_row_not_read_in_its_source_is_marked() -> None:
    levels = {"retrieved": True, "derived": True, "recalled": False, "ambiguous_layout": False, "proposal": False}
    for level, is_verified in levels.items():
        assert evidence_of({"results": [result("x", "met", verification=level)]}).met[0].is_verified is is_verified
