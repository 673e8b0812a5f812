"""How many units is a dose, what volume is that, and how is it written so that nobody misreads it?"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from dosing.domain.regimen import DoseRounding
from dosing.domain.regimen_planned import Basis, PlannedRegimen

MILLION = 1_000_000
_EXACT = Context(prec=60)
_HUNDREDTH = Decimal("0.01")


class WeightIsNotUsable(ValueError):
    """The dosing weight is not a positive number of kilograms."""


class BodySurfaceIsNotUsable(ValueError):
    """The body surface is not a positive number of square metres, or is missing for a dose by m2."""


class DoseIsNotWhole(ValueError):
    """The weight has so many decimals that the dose is not a whole number of units; nothing is rounded."""


class RoundingLeavesNothing(ValueError):
    """The configured rounding would turn a dose into none at all."""


class DoseIsNeverReduced(ValueError):
    """The regimen does not allow a reduced dose: a dose is given whole, interrupted or withheld."""


def dose_iu(iu_per_kg: int, weight_kg: Decimal) -> int:
    """Return the dose in whole international units, exactly ``iu_per_kg`` times the dosing weight.

    Never rounds: a weight whose product is not whole raises DoseIsNotWhole (600,000 per kg allows five decimals
    of a kilogram), one that is not positive and finite raises WeightIsNotUsable.
    """
    if not weight_kg.is_finite() or weight_kg <= 0:
        raise WeightIsNotUsable(f"dosing weight {weight_kg} kg is not a positive number")
    return _whole(iu_per_kg, weight_kg, "kg")


def dose_by_surface_iu(iu_per_m2: int, surface_m2: Decimal) -> int:
    """Return the dose in whole units, exactly ``iu_per_m2`` times the body surface as rounded by its own rule.

    Raises BodySurfaceIsNotUsable or DoseIsNotWhole.
    """
    if not surface_m2.is_finite() or surface_m2 <= 0:
        raise BodySurfaceIsNotUsable(f"body surface {surface_m2} m2 is not a positive number")
    return _whole(iu_per_m2, surface_m2, "m2")


def planned_dose_iu(basis: Basis, iu: int, *, weight_kg: Decimal, surface_m2: Decimal | None) -> int:
    """Return one planned dose in whole units; ``surface_m2`` may be None unless the basis is per m2."""
    if basis == "iu_flat":
        return iu
    if basis == "iu_per_kg":
        return dose_iu(iu, weight_kg)
    if surface_m2 is None:
        raise BodySurfaceIsNotUsable("a dose by body surface needs the body surface")
    return dose_by_surface_iu(iu, surface_m2)


def rounded_iu(dose: int, rounding: DoseRounding | None) -> int:
    """Return the dose to order: the calculated one, or by the site's rule; keep both numbers.

    Goes to the nearest multiple, a tie down, and down also when up would exceed the rule's percent of the dose
    (exactly that much is allowed). Raises RoundingLeavesNothing.
    """
    if rounding is None:
        return dose
    down = dose - dose % rounding.to_iu
    up = down + rounding.to_iu
    goes_up = up - dose < dose - down and (up - dose) * 100 <= rounding.most_up_percent * dose
    ordered = up if goes_up else down
    if ordered == 0:
        raise RoundingLeavesNothing(f"{dose:,} units rounded to {rounding.to_iu:,} would be no dose")
    return ordered


def reduced_iu(regimen: PlannedRegimen, dose: int, to: int) -> int:
    """Return a physician's reduced dose where the regimen allows one: above 0 and below the calculated dose.

    Raises DoseIsNeverReduced; bolus regimens never allow it and are not accepted here.
    """
    if regimen.dose_reduction != "allowed":
        raise DoseIsNeverReduced(f"{regimen.title}: the source describes no reduced dose")
    if not 0 < to < dose:
        raise DoseIsNeverReduced(f"{to:,} units is not a reduction of {dose:,} units")
    return to


def _whole(iu: int, size: Decimal, unit: str) -> int:
    with localcontext(_EXACT):
        exact = size * iu
    if exact != exact.to_integral_value():
        raise DoseIsNotWhole(f"{iu} units/{unit} x {size} {unit} is {exact} units, not a whole number")
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


def surface_basis_text(iu_per_m2: int, surface_m2: Decimal) -> str:
    """Return "12,000,000 units/m2 x 1.82 m2"."""
    return f"{iu_per_m2:,} units/m2 x {surface_m2:f} m2"


def volume_text(volume: Decimal) -> str:
    """Return "2.42 mL" without a trailing zero."""
    text = f"{volume:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} mL"
