"""How many units is a dose by surface or flat, and when is one rounded or reduced?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from dosing.domain.dose_arithmetic import (
    BodySurfaceIsNotUsable,
    DoseIsNeverReduced,
    DoseIsNotWhole,
    RoundingLeavesNothing,
    dose_by_surface_iu,
    dose_iu,
    planned_dose_iu,
    reduced_iu,
    rounded_iu,
    surface_basis_text,
    vials,
    volume_ml,
)
from dosing.domain.regimen import DoseRounding
from dosing.rules.course_loader import load_planned, planned_keys

LEGHA = load_planned("civ_legha_1996").value


def rounding(to_iu: int, most_up: str = "5") -> DoseRounding:
    return DoseRounding(to_iu=to_iu, most_up_percent=Decimal(most_up), verification="proposal", note="a site's own")


# Typed by hand: the product's own examples.
@pytest.mark.parametrize(
    ("weight", "per_kg", "dose", "volume", "at_22", "at_18"),
    [
        ("70", 600_000, 42_000_000, "2.33", 2, 3),
        ("70", 720_000, 50_400_000, "2.80", 3, 3),
        ("100", 600_000, 60_000_000, "3.33", 3, 4),
    ],
)
def test_dose_volume_and_vials_of_the_product_examples(
    weight: str, per_kg: int, dose: int, volume: str, at_22: int, at_18: int
) -> None:
    assert dose_iu(per_kg, Decimal(weight)) == dose
    assert volume_ml(dose, 18_000_000) == Decimal(volume)
    assert (vials(dose, 22_000_000), vials(dose, 18_000_000)) == (at_22, at_18)


@pytest.mark.parametrize(("dose", "count"), [(22_000_000, 1), (22_000_001, 2), (44_000_000, 2), (1, 1)])
def test_another_vial_is_needed_for_a_single_unit_more(dose: int, count: int) -> None:
    assert vials(dose, 22_000_000) == count


def test_dose_by_surface_is_exact_units_times_square_metres() -> None:
    assert dose_by_surface_iu(12_000_000, Decimal("1.82")) == 21_840_000
    assert dose_by_surface_iu(4_500_000, Decimal("1.81")) == 8_145_000
    assert surface_basis_text(12_000_000, Decimal("1.82")) == "12,000,000 units/m2 x 1.82 m2"


@pytest.mark.parametrize("surface", ["0", "-1.8", "NaN", "Infinity"])
def test_body_surface_that_is_not_positive_is_refused(surface: str) -> None:
    with pytest.raises(BodySurfaceIsNotUsable):
        dose_by_surface_iu(12_000_000, Decimal(surface))


def test_dose_by_surface_that_is_not_whole_is_refused_not_rounded() -> None:
    with pytest.raises(DoseIsNotWhole, match="m2"):
        dose_by_surface_iu(12_000_000, Decimal("1.81659021245849499925"))


def test_planned_dose_follows_its_basis() -> None:
    weight, surface = Decimal(70), Decimal("1.82")

    assert planned_dose_iu("iu_flat", 18_000_000, weight_kg=weight, surface_m2=None) == 18_000_000
    assert planned_dose_iu("iu_per_kg", 250_000, weight_kg=weight, surface_m2=None) == 17_500_000
    assert planned_dose_iu("iu_per_m2", 12_000_000, weight_kg=weight, surface_m2=surface) == 21_840_000
    with pytest.raises(BodySurfaceIsNotUsable, match="needs the body surface"):
        planned_dose_iu("iu_per_m2", 12_000_000, weight_kg=weight, surface_m2=None)


def test_nothing_is_rounded_without_a_rule() -> None:
    assert rounded_iu(43_512_345, None) == 43_512_345


@pytest.mark.parametrize(
    ("dose", "to_iu", "most_up", "ordered"),
    [
        (43_400_000, 1_000_000, "5", 43_000_000),
        (43_500_000, 1_000_000, "5", 43_000_000),
        (43_500_001, 1_000_000, "5", 44_000_000),
        (44_000_000, 1_000_000, "5", 44_000_000),
        (20_000_000, 21_000_000, "5", 21_000_000),
        (40_000_000, 21_000_000, "5", 42_000_000),
        (39_999_999, 21_000_000, "5", 21_000_000),
        (43_900_000, 1_000_000, "0", 43_000_000),
    ],
    ids=[
        "down to the nearest",
        "a tie down",
        "up to the nearest",
        "already a multiple",
        "up by exactly 5 percent from below one multiple",
        "up by exactly 5 percent",
        "down when up is more than 5 percent",
        "never up at 0 percent",
    ],
)
def test_dose_is_rounded_by_the_rule(dose: int, to_iu: int, most_up: str, ordered: int) -> None:
    assert rounded_iu(dose, rounding(to_iu, most_up)) == ordered


def test_rounding_to_no_dose_at_all_is_refused() -> None:
    with pytest.raises(RoundingLeavesNothing):
        rounded_iu(499_999, rounding(1_000_000))


def test_infusion_of_legha_may_be_reduced_below_the_calculated_dose() -> None:
    assert reduced_iu(LEGHA, 21_840_000, 10_920_000) == 10_920_000
    assert reduced_iu(LEGHA, 21_840_000, 21_839_999) == 21_839_999
    assert reduced_iu(LEGHA, 21_840_000, 1) == 1


@pytest.mark.parametrize("to", [0, -1, 21_840_000, 21_840_001])
def test_reduction_that_is_none_is_refused(to: int) -> None:
    with pytest.raises(DoseIsNeverReduced, match="not a reduction"):
        reduced_iu(LEGHA, 21_840_000, to)


@pytest.mark.parametrize("key", [key for key in planned_keys() if key != "civ_legha_1996"])
def test_reduction_is_refused_in_every_other_planned_regimen(key: str) -> None:
    with pytest.raises(DoseIsNeverReduced, match="no reduced dose"):
        reduced_iu(load_planned(key).value, 18_000_000, 9_000_000)


@pytest.mark.parametrize(("dose", "volume"), [(43_469_999, "2.41"), (43_470_000, "2.42"), (90_000, "0.01")])
def test_volume_of_half_a_hundredth_is_rounded_up(dose: int, volume: str) -> None:
    assert volume_ml(dose, 18_000_000) == Decimal(volume)
