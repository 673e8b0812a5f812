"""Does every row of every protocol read as what the engine does with it?"""

from __future__ import annotations

import pytest
from msgspec import structs

from dosing.domain.protocol import Asked, Combination, Criterion, RateNow
from dosing.domain.protocol_words import combined_lines, kind, said
from dosing.domain.verdict import Verdict
from dosing.domain.verification import COMBINATION, rows_to_read, stands_out, words
from dosing.rules.course_loader import load_planned, planned_keys
from dosing.rules.loader import load_inputs, load_protocol, load_regimen, protocol_keys

INPUTS = load_inputs().value
EVERY_ROW = [(key, row.id) for key in protocol_keys() for row in load_protocol(key).value.criteria]


def row_of(key: str, row_id: str) -> Criterion:
    """One released criterion."""
    return next(row for row in load_protocol(key).value.criteria if row.id == row_id)


@pytest.mark.parametrize(("key", "row_id"), EVERY_ROW)
def test_row_says_what_it_reads_when_and_what_it_does(key: str, row_id: str) -> None:
    row = row_of(key, row_id)
    told = said(row, load_protocol(key).value.combination, INPUTS)

    assert told.window
    assert told.effect
    assert told.freshness
    assert told.reads
    assert bool(told.limit) == (row.test is not None)
    assert bool(told.asked) == (row.asked is not None)


@pytest.mark.parametrize(
    ("key", "row_id", "limit", "effect"),
    [
        ("consensus_2014", "j_cv_st_rel", "100 to 130/min", "needs a physician"),
        ("consensus_2014", "j_ren_cr_rel", "2.5 to below 3 mg/dL", "needs a physician"),
        ("springerplus_2015", "s_ren_cr_rel", "2.5 to below 3 mg/dL", "holds"),
        ("springerplus_2015", "s_hd_pressor", "above 0", "stops the cycle"),
        ("consensus_2014", "j_cv_vt", "", "stops the cycle"),
        ("ctcae_gate", "ctcae_hypoxia", "grade 3 or more", "grade 3 or more holds; grade 4 or more stops the cycle"),
        (
            "til_2024",
            "t_hd_refractory",
            "below the course's target, 30 min or more after the second bolus of 250 mL or more",
            "stops the cycle",
        ),
        ("til_2024", "t_ren_uo_8h", "below 4 mL/kg in 8 h", "holds"),
        (
            "springerplus_2015",
            "s_pulm_mask",
            "40 % or more by mask, or non rebreather or high flow or non-invasive ventilation or ventilator",
            "stops the cycle",
        ),
    ],
)
def test_limit_and_effect_read_as_the_file_says(key: str, row_id: str, limit: str, effect: str) -> None:
    told = said(row_of(key, row_id), load_protocol(key).value.combination, INPUTS)

    assert (told.limit, told.effect) == (limit, effect)


def test_floor_says_its_own_verdicts_when_there_is_no_combination() -> None:
    told = {row.id: said(row, None, INPUTS).effect for row in INPUTS.floor}

    assert told == {
        "floor_sbp": "holds",
        "floor_pressor": "holds",
        "floor_oxygen": "below 90 % holds; below 95 % on little oxygen needs a physician",
    }


def test_row_of_a_kind_without_a_verdict_claims_no_effect() -> None:
    assert said(row_of("consensus_2014", "j_cv_af"), None, INPUTS).effect == ""


def test_bedside_row_says_when_it_is_asked_and_what_not_done_means() -> None:
    protocol = load_protocol("fda_label").value
    asked = {row.id: said(row, protocol.combination, INPUTS).asked for row in protocol.criteria}

    assert asked["f_renal_cr4_complicated"] == "asked under “kidney”; only when Creatinine is 4 mg/dL or more"
    assert asked["f_renal_oliguria"] == "asked under “kidney”; only when Urine of the last 8 h is below 80 mL"
    assert asked["f_gi_fobt"].endswith("“not done” counts as not found unless a stool blood test was ordered")


def test_condition_of_another_kind_is_admitted_when_it_has_no_words() -> None:
    test = RateNow(drug="phenylephrine", limits=row_of("consensus_2014", "j_hd_min_abs").test.limits)  # type: ignore[union-attr]
    asked = Asked(window="at_dosing", group="mind", only_when=test, not_done_allowed=True)
    row = Criterion(
        id="x",
        organ_system="y",
        kind="hold",
        label="z",
        window="at_dosing",
        source="s",
        verification="recalled",
        asked=asked,
    )

    assert said(row, None, INPUTS).asked == (
        "asked under “mind”; only when its condition may hold; “not done” counts as not found"
    )


def test_combination_is_told_rule_by_rule() -> None:
    assert combined_lines(load_protocol("springerplus_2015").value.combination)[:4] == (
        "One relative criterion: holds",
        "One absolute criterion: stops the cycle",
        "3 or more relative criteria: stops the cycle",
        "3 or more doses held in this cycle: stops the cycle",
    )
    assert kind("permanent_discontinue") == "stop for good"


def test_rows_nobody_read_at_the_source_must_be_read_by_who_signs() -> None:
    assert dict(rows_to_read(load_protocol("consensus_2014").value)) == {
        COMBINATION: "assumed from schwartzentruber_2001",
        "j_derm_desq": "ambiguous_layout",
        "j_gi_vomit": "ambiguous_layout",
        "j_neuro_serial7": "ambiguous_layout",
        "j_ren_hco3": "ambiguous_layout",
    }
    assert dict(rows_to_read(load_protocol("til_2024").value)) == {}
    assert dict(rows_to_read(load_regimen("hd_600_fda").value)) == {"site_limits": "proposal"}
    assert rows_to_read(load_regimen("til_il2").value)["whole"] == "recalled"


def test_no_criterion_is_called_as_the_combination_is() -> None:
    assert [row_id for _, row_id in EVERY_ROW if row_id == COMBINATION] == []


def test_level_stands_out_when_nobody_read_the_row_for_certain() -> None:
    loud = ("recalled", "ambiguous_layout", "proposal", "assumed from schwartzentruber_2001", "something new")
    quiet = ("retrieved", "retrieved_secondary", "derived", "seed")

    assert [level for level in loud if not stands_out(level)] == []
    assert [level for level in quiet if stands_out(level)] == []
    assert words("assumed from schwartzentruber_2001") == "assumed, the rule of schwartzentruber_2001"
    assert words("something_new") == "something new"


def test_a_combination_says_only_the_rules_it_has() -> None:
    bare = Combination(kinds={"absolute": Verdict.HOLD}, text="One holds.", verification="verified")

    assert combined_lines(bare) == (
        f"One {kind('absolute')} criterion: holds",
        "Something required is unknown, and nothing holds or stops: cannot be decided",
    )


def test_a_planned_regimens_own_body_surface_is_among_the_rows_to_read() -> None:
    planned = next(one for one in (load_planned(key).value for key in planned_keys()) if one.body_surface is not None)
    assert planned.body_surface is not None
    recalled = structs.replace(planned, body_surface=structs.replace(planned.body_surface, verification="recalled"))

    assert rows_to_read(recalled)["body_surface"] == "recalled"
    assert "body_surface" not in rows_to_read(structs.replace(planned, body_surface=None))
