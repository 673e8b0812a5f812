"""Does a regimen read as its file says, and is what nobody states called that?"""

from __future__ import annotations

from decimal import Decimal
from itertools import chain

import pytest
from msgspec.structs import replace

from dosing.domain.inputs_used import inputs_used
from dosing.domain.regimen import DoseRounding
from dosing.domain.regimen_words import facts_of, field_words
from dosing.rules.course_loader import every_regimen, load_planned
from dosing.rules.loader import load_inputs, load_protocol, load_regimen

INPUTS = load_inputs().value
LABEL = load_regimen("hd_600_fda").value


def told(regimen: object) -> dict[str, str]:
    """What a regimen's page says, by label; the last of two lines with one label counts."""
    return {fact.label: fact.says for fact in facts_of(regimen)}  # type: ignore[arg-type]


@pytest.mark.parametrize("loaded", every_regimen(), ids=lambda loaded: loaded.key)
def test_every_line_speaks_of_a_field_of_the_file_and_says_something(loaded: object) -> None:
    regimen = loaded.value  # type: ignore[attr-defined]
    facts = facts_of(regimen)

    assert [fact.field for fact in facts if fact.field not in regimen.__struct_fields__] == []
    assert [fact.label for fact in facts if not fact.says] == []


def test_bolus_regimen_reads_as_the_label_prints_it() -> None:
    said = told(LABEL)

    assert said["Dose"] == "600,000 units per kg of the dosing weight"
    assert said["Every"] == "8 h"
    assert said["Doses in a cycle"] == "at most 14, within 5 days"
    assert said["Cycles in a course"] == "2, on days 1-5 and 15-19 of the course"
    assert said["Rest between cycles"] == "9 days"
    assert said["Rest before another course"] == "7 weeks or more from discharge"
    assert said["Reduced dose"].startswith("never")


@pytest.mark.parametrize(
    ("key", "label", "says"),
    [
        ("til_il2", "First dose", "3 to 24 h after TIL infusion"),
        ("til_il2", "Every", "8-12 h"),
        ("til_il2", "Rest between cycles", "one cycle only"),
        ("hd_600_umn", "Rest between cycles", "10-21 days"),
        ("hd_600_cwg_2005", "Rest before another course", "repeated every 12 weeks from the start"),
        ("hd_720_nci", "Rest before another course", "not stated: another course needs a physician's written reason"),
    ],
)
def test_span_and_silence_of_a_source_read_as_what_they_are(key: str, label: str, says: str) -> None:
    assert told(load_regimen(key).value)[label] == says


@pytest.mark.parametrize(
    ("key", "label", "says"),
    [
        ("civ_legha_1996", "Repeated", "every 42 days; number of cycles not stated"),
        ("biochemo_eortc18951", "Repeated", "every 28 days; at most 4 cycles"),
        ("biochemo_eortc18951", "Reduced dose", "not stated: the dose cannot be reduced here"),
        ("civ_legha_1996", "A cycle in all", "192,000,000 units per m²"),
    ],
)
def test_calendar_reads_as_its_source_says(key: str, label: str, says: str) -> None:
    assert told(load_planned(key).value)[label] == says


def test_only_the_regimen_that_may_be_reduced_says_so_and_for_what() -> None:
    said = {one.key: told(one.value)["Reduced dose"] for one in every_regimen()}

    assert [key for key, says in said.items() if says.startswith("allowed")] == ["civ_legha_1996"]
    assert "for " in said["civ_legha_1996"]


def test_what_no_source_states_is_not_attributed_to_one() -> None:
    silent = [fact.label for fact in facts_of(LABEL) if not fact.is_stated]

    assert silent == ["Courses", "First dose", "Rounding"]
    assert told(LABEL)["Rounding"] == "not stated: nothing is rounded"


def test_rounding_and_setting_are_told_when_a_site_has_them() -> None:
    rule = DoseRounding(to_iu=1_000_000, most_up_percent=Decimal("2.5"), verification="proposal", note="Ours")
    said = told(replace(LABEL, rounding=rule, setting="Intensive care", max_courses=3))

    assert said["Rounding"] == "to 1,000,000 units, up by at most 2.5 %"
    assert said["Setting"] == "Intensive care"
    assert said["Courses"] == "at most 3"
    assert field_words("cycle_days") == "Cycle days"


@pytest.mark.parametrize(
    ("key", "row_id", "names"),
    [
        ("consensus_2014", "j_ren_cr_abs", ("creatinine",)),
        ("consensus_2014", "j_hd_max_abs", ("vasopressors_none", "phenylephrine_rate")),
        ("consensus_2014", "j_pulm_o2_abs", ("spo2", "o2_device", "o2_flow", "fio2")),
        ("consensus_2014", "j_pulm_o2_rel", ("spo2", "o2_device", "o2_flow")),
        ("consensus_2014", "j_cv_enzymes", ("troponin_i", "troponin_t", "ck_mb")),
        ("consensus_2014", "j_ms_weight", ("weight",)),
        ("consensus_2014", "j_cv_af", ()),
        ("til_2024", "t_ren_uo_8h", ("urine_output", "weight")),
        ("til_2024", "t_hd_refractory", ("bp_systolic", "fluid_bolus")),
        ("fda_label", "f_renal_cr4_complicated", ("creatinine",)),
        ("fda_label", "f_renal_oliguria", ("urine_output",)),
        ("ctcae_gate", "ctcae_hypoxia", ("spo2",)),
    ],
)
def test_row_reads_the_inputs_it_is_judged_on(key: str, row_id: str, names: tuple[str, ...]) -> None:
    row = next(row for row in load_protocol(key).value.criteria if row.id == row_id)

    assert inputs_used([row], INPUTS) == names


def test_floor_and_any_vasopressor_read_every_vasopressor() -> None:
    row = next(row for row in load_protocol("springerplus_2015").value.criteria if row.id == "s_hd_pressor")
    rates = {*INPUTS.pressors.rates.values(), INPUTS.pressors.none}

    assert set(inputs_used([row], INPUTS)) == rates
    assert set(inputs_used(INPUTS.floor, INPUTS)) == {*rates, "bp_systolic", "spo2", "o2_device", "o2_flow"}


def test_inputs_come_in_the_order_of_the_contract_and_once() -> None:
    rows = list(chain(load_protocol("consensus_2014").value.criteria, INPUTS.floor))
    names = inputs_used(rows, INPUTS)

    assert list(names) == [name for name in INPUTS.inputs if name in set(names)]
    assert len(names) == len(set(names))
