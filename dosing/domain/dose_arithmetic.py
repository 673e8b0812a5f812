"""How many units is a dose, what volume is that, and how is it written so that nobody misreads it?"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

MILLION = 1_000_000
_EXACT = Context(prec=60)
_HUNDREDTH = Decimal("0.01")


class WeightIsNotUsable(ValueError):
    """The dosing weight is not a positive number of kilograms."""


class DoseIsNotWhole(ValueError):
    """The weight has so many decimals that the dose is not a whole number of units; nothing is rounded."""


def dose_iu(iu_per_kg: int, weight_kg: Decimal) -> int:
    """Return the dose in whole international units, exactly ``iu_per_kg`` times the dosing weight.

    Never rounds: a weight whose product is not whole raises DoseIsNotWhole (600,000 per kg allows five decimals
    of a kilogram), one that is not positive and finite raises WeightIsNotUsable.
    """
    if not weight_kg.is_finite() or weight_kg <= 0:
        raise WeightIsNotUsable(f"dosing weight {weight_kg} kg is not a positive number")
    with localcontext(_EXACT):
        exact = weight_kg * iu_per_kg
    if exact != exact.to_integral_value():
        raise DoseIsNotWhole(f"{iu_per_kg} units/kg x {weight_kg} kg is {exact} units, not a whole number")
    return int(exact)


def volume_ml(dose: int, iu_per_ml: int) -> Decimal:
    """Return the volume of a dose in mL to the hundredth, half up: to read and to draw up, never to compute with."""
    return (Decimal(dose) / iu_per_ml).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def vials(dose: int, recoverable_iu: int) -> int:
    """Return how many vials a dose needs when ``recoverable_iu`` can be drawn from each."""
    return -(-dose // recoverable_iu)


def units_text(dose: int) -> str:
    """Return "43,500,000 units"."""
    return f"{dose:,} units"


def dose_text(dose: int) -> str:
    """Return "43.5 million units (43,500,000 units)"; below a million only the second form.

    No trailing zero, no abbreviation of units, million or thousand.
    """
    if dose < MILLION:
        return units_text(dose)
    millions = f"{Decimal(dose) / MILLION:f}"
    if "." in millions:
        millions = millions.rstrip("0").rstrip(".")
    return f"{millions} million units ({units_text(dose)})"


def basis_text(iu_per_kg: int, weight_kg: Decimal) -> str:
    """Return "600,000 units/kg x 72.5 kg", the line that shows where the dose comes from."""
    return f"{iu_per_kg:,} units/kg x {weight_kg:f} kg"


def volume_text(volume: Decimal) -> str:
    """Return "2.42 mL" without a trailing zero."""
    text = f"{volume:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} mL"
