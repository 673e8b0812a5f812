"""Is the body surface what the named formula gives, rounded once?"""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from dosing.domain.body_surface import BodySizeIsNotUsable, BodySurfaceRule, body_surface_m2
from dosing.rules.course_loader import load_planned

RULE = load_planned("civ_legha_1996").value.body_surface
assert RULE is not None
MOSTELLER: BodySurfaceRule = RULE
DU_BOIS = msgspec.structs.replace(MOSTELLER, formula="du_bois")


def surface(rule: BodySurfaceRule, height: str, weight: str) -> Decimal:
    return body_surface_m2(rule, height_cm=Decimal(height), weight_kg=Decimal(weight))


# Mosteller values are roots that can be checked by squaring; DuBois values from the printed table's formula.
@pytest.mark.parametrize(
    ("height", "weight", "mosteller", "du_bois"),
    [
        ("180", "80", "2.00", "2.00"),
        ("160", "90", "2.00", "1.93"),
        ("170", "70", "1.82", "1.81"),
        ("160", "55.5", "1.57", "1.57"),
        ("150", "150", "2.50", "2.28"),
    ],
)
def test_body_surface_by_either_formula(height: str, weight: str, mosteller: str, du_bois: str) -> None:
    assert surface(MOSTELLER, height, weight) == Decimal(mosteller)
    assert surface(DU_BOIS, height, weight) == Decimal(du_bois)


@pytest.mark.parametrize(("height", "weight"), [(h, w) for h in range(140, 211, 7) for w in range(40, 161, 11)])
def test_mosteller_lies_within_half_a_hundredth_of_the_root(height: int, weight: int) -> None:
    found = surface(MOSTELLER, str(height), str(weight))
    half = Decimal("0.005")

    assert (found - half) ** 2 <= Decimal(height * weight) / 3600 < (found + half) ** 2


@pytest.mark.parametrize(("height", "weight"), [(150, 45), (170, 70), (185, 110)])
def test_du_bois_raised_to_the_fortieth_power_gives_back_its_factors(height: int, weight: int) -> None:
    exact = msgspec.structs.replace(DU_BOIS, decimals=4)
    found = surface(exact, str(height), str(weight)) / Decimal("0.007184")
    expected = Decimal(height) ** 29 * Decimal(weight) ** 17

    assert abs(found**40 / expected - 1) < Decimal("0.002")


def test_half_of_the_last_decimal_is_rounded_up() -> None:
    one_decimal = msgspec.structs.replace(MOSTELLER, decimals=1)

    assert surface(one_decimal, "137.7", "80") == Decimal("1.7")
    assert surface(one_decimal, "137.8125", "80") == Decimal("1.8")


@pytest.mark.parametrize(
    ("height", "weight"),
    [
        ("99.9", "70"),
        ("250.1", "70"),
        ("1.75", "70"),
        ("NaN", "70"),
        ("170", "29.9"),
        ("170", "250.1"),
        ("170", "Infinity"),
    ],
)
def test_height_or_weight_beyond_the_bounds_is_refused(height: str, weight: str) -> None:
    with pytest.raises(BodySizeIsNotUsable):
        surface(MOSTELLER, height, weight)


def test_height_and_weight_on_the_bounds_are_accepted() -> None:
    assert surface(MOSTELLER, "100", "30") == Decimal("0.91")
    assert surface(MOSTELLER, "250", "250") == Decimal("4.17")


@pytest.mark.parametrize("key", ["civ_legha_1996", "civ_eu_smpc", "sc_ifn_cwg", "biochemo_eortc18951"])
def test_formula_is_named_in_the_data_and_marked_as_a_proposal(key: str) -> None:
    regimen = load_planned(key).value

    assert regimen.body_surface is not None
    assert (regimen.body_surface.formula, regimen.body_surface.verification) == ("mosteller", "proposal")
    assert "body surface formula" in regimen.not_stated
