"""Do the regimens carry the numbers of their sources, with who says each of them?"""

from __future__ import annotations

from pathlib import Path

import pytest

from dosing.domain.regimen import may_be_used, unverified
from dosing.domain.regimen_planned import plan_may_be_used, plan_total_iu
from dosing.rules.course_loader import every_regimen, load_planned, planned_keys
from dosing.rules.loader import load_regimen, regimen_keys

ROOT = Path(__file__).resolve().parents[3]

# Typed by hand from the sources: units/kg, interval h, doses and days a cycle, cycles, doses a course, rest days.
BOLUS = {
    "hd_600_fda": (600_000, 8, 14, 5, 2, 28, 9, None),
    "hd_600_umn": (600_000, 8, 14, 5, 2, 28, 10, 21),
    "hd_600_cwg_2005": (600_000, 8, 14, 5, 2, 28, 9, None),
    "hd_600_atkins_1999": (600_000, 8, 14, 5, 2, 28, 6, 9),
    "hd_720_atkins_1999": (720_000, 8, 14, 5, 2, 28, 6, 9),
    "hd_720_nci": (720_000, 8, 15, 5, 2, 30, 7, 10),
    "ld_iv_72": (72_000, 8, 15, 5, 2, 30, 7, 10),
    "til_il2": (600_000, 8, 6, 3, 1, 6, 0, None),
}


def test_every_bolus_regimen_of_the_sources_is_carried_and_no_other() -> None:
    assert set(regimen_keys()) == set(BOLUS)


@pytest.mark.parametrize("key", BOLUS)
def test_bolus_regimen_has_the_numbers_of_its_source(key: str) -> None:
    regimen = load_regimen(key).value

    assert BOLUS[key] == (
        regimen.dose_iu_per_kg,
        regimen.interval_h,
        regimen.slots_per_cycle,
        regimen.cycle_days,
        regimen.cycles_per_course,
        regimen.max_doses_per_course,
        regimen.rest_days,
        regimen.rest_days_at_most,
    )
    assert (regimen.infusion_min, regimen.dose_reduction) == (15, "none")


@pytest.mark.parametrize(
    ("key", "units"),
    [("hd_600_fda", 8_400_000), ("hd_720_nci", 10_800_000), ("ld_iv_72", 1_080_000), ("til_il2", 3_600_000)],
)
def test_most_units_per_kg_of_a_cycle_are_doses_times_units(key: str, units: int) -> None:
    regimen = load_regimen(key).value

    assert regimen.dose_iu_per_kg * regimen.slots_per_cycle == units


# Doses of published series: none is above what the regimen allows.
@pytest.mark.parametrize(
    ("key", "given", "whose"),
    [
        ("hd_600_fda", 20, "label median in a first course, renal cancer"),
        ("hd_600_fda", 18, "label median in a first course, melanoma"),
        ("hd_600_umn", 2 * 10, "Minnesota, mixed responder, per cycle 10"),
    ],
)
def test_published_dose_counts_lie_within_the_maximum_of_a_course(key: str, given: int, whose: str) -> None:
    assert given <= load_regimen(key).value.max_doses_per_course, whose


def test_minnesota_mean_of_the_first_cycle_lies_within_the_maximum_of_a_cycle() -> None:
    injections, patients = 157, 15

    assert round(injections / patients, 2) == 10.47
    assert injections <= patients * load_regimen("hd_600_umn").value.slots_per_cycle


PLANNED = {
    "civ_legha_1996": ("continuous", "iu_per_m2", 192_000_000, 42, None),
    "civ_eu_smpc": ("continuous", "iu_per_m2", 180_000_000, 33, None),
    "sc_eu_5wk": ("subcutaneous", "iu_flat", 279_000_000, 35, None),
    "sc_yang": ("subcutaneous", "iu_per_kg", 4_375_000, None, None),
    "sc_ifn_cwg": ("subcutaneous", "iu_per_m2", 110_000_000, 42, None),
    "biochemo_eortc18951": ("decrescendo", "iu_per_m2", 67_500_000, 28, 4),
}


def test_every_planned_regimen_of_the_sources_is_carried_and_no_other() -> None:
    assert set(planned_keys()) == set(PLANNED)


@pytest.mark.parametrize("key", PLANNED)
def test_planned_regimen_has_the_numbers_of_its_source_and_its_plan_adds_up(key: str) -> None:
    regimen = load_planned(key).value

    assert PLANNED[key] == (regimen.mode, regimen.basis, plan_total_iu(regimen), regimen.cycle_days, regimen.max_cycles)


def test_only_the_continuous_infusion_of_legha_may_be_reduced() -> None:
    allowed = [key for key in planned_keys() if load_planned(key).value.dose_reduction == "allowed"]

    assert allowed == ["civ_legha_1996"]
    assert load_planned("civ_legha_1996").value.reduction_for == ("hepatic insufficiency", "renal insufficiency")


def test_regimen_is_used_unsigned_only_when_all_of_it_was_read_at_a_source() -> None:
    unsigned = [key for key in regimen_keys() if may_be_used(load_regimen(key).value, is_signed=False)]

    assert unsigned == ["hd_600_fda", "hd_720_nci"]
    assert all(may_be_used(load_regimen(key).value, is_signed=True) for key in regimen_keys())
    assert not any(plan_may_be_used(load_planned(key).value, is_signed=False) for key in planned_keys())
    assert all(plan_may_be_used(load_planned(key).value, is_signed=True) for key in planned_keys())


def test_recalled_regimens_say_so_as_a_whole() -> None:
    recalled = {one.key for one in every_regimen() if one.value.verification == "recalled"}

    assert recalled == {"til_il2", "civ_eu_smpc"}
    for one in every_regimen():
        assert (unverified(one.value.verification, one.value.rows).get("") == "recalled") == (one.key in recalled)


def test_derived_fields_are_named_with_their_level() -> None:
    umn = load_regimen("hd_600_umn").value

    assert unverified(umn.verification, umn.rows) == {
        "cycle_days": "derived",
        "cycles_per_course": "derived",
        "max_doses_per_course": "derived",
    }


def test_weeks_from_discharge_stand_only_where_a_source_gives_them() -> None:
    stated = {key: load_regimen(key).value.rest_between_courses_weeks for key in regimen_keys()}

    assert {key: weeks for key, weeks in stated.items() if weeks is not None} == {"hd_600_fda": 7}


@pytest.mark.parametrize("key", sorted({*BOLUS, *PLANNED} - {"hd_600_fda"}))
def test_regimen_cites_sources_it_lists_and_names_what_is_not_stated(key: str) -> None:
    regimen = next(one.value for one in every_regimen() if one.key == key)

    assert regimen.not_stated
    assert "dose rounding" in regimen.not_stated
    assert regimen.rounding is None
    assert {regimen.source, *(row.source for row in regimen.rows.values())} == set(regimen.sources)


def test_every_regimen_is_described_in_the_handbook() -> None:
    handbook = (ROOT / "docs" / "regimens.md").read_text("utf-8")

    assert [one.key for one in every_regimen() if f"`{one.key}`" not in handbook] == []
