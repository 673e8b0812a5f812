"""How large is a person's body surface, by which formula?"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Annotated, Literal

from msgspec import Meta, Struct

from dosing.domain.protocol import Words

# Far beyond what is kept: the one rounding that counts is the last, to the rule's decimals.
_EXACT = Context(prec=40)
_MOSTELLER_DIVISOR = Decimal(3600)
_DU_BOIS_FACTOR = Decimal("0.007184")
_DU_BOIS_HEIGHT, _DU_BOIS_WEIGHT = Decimal("0.725"), Decimal("0.425")


class BodySizeIsNotUsable(ValueError):
    """The height or weight is not a number the rule accepts: perhaps metres, inches or pounds."""


class BodySurfaceRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which formula a site uses and to how many decimals of a m2 the result is rounded, half up.

    No source names a formula, so the whole rule is a proposal that a site must sign off. Heights in cm and weights
    in kg outside the inclusive bounds are refused: they are more likely another unit than a person on this ward.
    """

    formula: Literal["mosteller", "du_bois"]
    decimals: Annotated[int, Meta(ge=1, le=4)]
    lowest_height_cm: Decimal
    highest_height_cm: Decimal
    lowest_weight_kg: Decimal
    highest_weight_kg: Decimal
    verification: Literal["proposal"]
    note: Words


def body_surface_m2(rule: BodySurfaceRule, *, height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    """Return the body surface in m2, computed to 40 digits and rounded once, half up, to the rule's decimals.

    Mosteller 1987: square root of height x weight / 3600. DuBois 1916: 0.007184 x height^0.725 x weight^0.425.
    Raises BodySizeIsNotUsable.
    """
    _require("height", height_cm, rule.lowest_height_cm, rule.highest_height_cm, "cm")
    _require("weight", weight_kg, rule.lowest_weight_kg, rule.highest_weight_kg, "kg")
    with localcontext(_EXACT):
        surface = _FORMULAS[rule.formula](height_cm, weight_kg)
        return surface.quantize(Decimal(1).scaleb(-rule.decimals), rounding=ROUND_HALF_UP)


def _require(what: str, value: Decimal, lowest: Decimal, highest: Decimal, unit: str) -> None:
    if not value.is_finite() or not lowest <= value <= highest:
        raise BodySizeIsNotUsable(f"{what} {value} {unit} is not from {lowest} to {highest} {unit}")


def _mosteller(height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    return (height_cm * weight_kg / _MOSTELLER_DIVISOR).sqrt()


def _du_bois(height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    return _DU_BOIS_FACTOR * height_cm**_DU_BOIS_HEIGHT * weight_kg**_DU_BOIS_WEIGHT


_FORMULAS = {"mosteller": _mosteller, "du_bois": _du_bois}
