"""Where does a second person's own calculation of a dose differ from ours?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from dosing.domain.regimen_planned import Basis

What = Literal["size", "per_size", "dose", "their_product", "our_product"]
UNITS: dict[Basis, tuple[str, str]] = {"iu_per_kg": ("weight", "kg"), "iu_per_m2": ("body surface", "m2")}
TENFOLD = 10


@dataclass(frozen=True, slots=True)
class Calculation:
    """A dose as the service holds it: ``iu`` per kg or m2 (the dose itself when flat), ``size`` in kg or m2.

    ``size`` is None exactly for a flat dose. ``dose_iu`` is the calculated dose, before any rounding rule.
    """

    basis: Basis
    iu: int
    size: Decimal | None
    dose_iu: int


@dataclass(frozen=True, slots=True)
class OwnCalculation:
    """What the second person worked out without seeing ours; None: not entered."""

    iu: int | None
    size: Decimal | None
    dose_iu: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which the two do not agree, said so that both can be read side by side."""

    what: What
    says: str


def differences(ours: Calculation, theirs: OwnCalculation) -> tuple[Difference, ...]:
    """Return everything that differs, nothing when the second person arrived at the very same numbers.

    Equal means equal as numbers (72.50 kg is 72.5 kg); no tolerance. What was not entered differs. Both products
    are worked out again with fractions, so that neither side's arithmetic is taken on trust.
    """
    name, unit = UNITS.get(ours.basis, ("", ""))
    found = [
        _compare("size", name, _in(ours.size, unit), _in(theirs.size, unit), ours.size == theirs.size)
        if ours.basis != "iu_flat"
        else None,
        _compare("per_size", _per(unit), _units(ours.iu), _units(theirs.iu), ours.iu == theirs.iu),
        _compare("dose", "dose", _units(ours.dose_iu), _units(theirs.dose_iu), ours.dose_iu == theirs.dose_iu),
        _product("their_product", "yours", ours.basis, theirs),
        _product("our_product", "ours", ours.basis, OwnCalculation(ours.iu, ours.size, ours.dose_iu)),
    ]
    said = [one for one in found if one is not None]
    return tuple(said + _tenfold(ours.dose_iu, theirs.dose_iu))


def _compare(what: What, name: str, ours: str, theirs: str, is_same: bool) -> Difference | None:
    return None if is_same else Difference(what, f"{name}: yours {theirs}, ours {ours}")


def _product(what: What, whose: str, basis: Basis, one: OwnCalculation) -> Difference | None:
    if one.iu is None or one.dose_iu is None or (basis != "iu_flat" and (one.size is None or not one.size.is_finite())):
        return None
    exact = Fraction(one.iu) * (Fraction(1) if basis == "iu_flat" or one.size is None else Fraction(one.size))
    if exact == one.dose_iu:
        return None
    return Difference(
        what, f"{whose} does not work out: the numbers give {_number(exact)} units, not {_units(one.dose_iu)}"
    )


def _tenfold(ours: int, theirs: int | None) -> list[Difference]:
    if theirs is None or theirs <= 0 or ours <= 0 or theirs == ours:
        return []
    ratio = Fraction(max(ours, theirs), min(ours, theirs))
    power = 1
    while ratio >= TENFOLD and ratio % TENFOLD == 0:
        ratio, power = ratio / TENFOLD, power * TENFOLD
    if ratio != 1:
        return []
    return [Difference("dose", f"your dose is {power:,} times {'larger' if theirs > ours else 'smaller'} than ours")]


def _in(size: Decimal | None, unit: str) -> str:
    return "not entered" if size is None else f"{size:f} {unit}"


def _units(iu: int | None) -> str:
    return "not entered" if iu is None else f"{iu:,} units"


def _per(unit: str) -> str:
    return f"units per {unit}" if unit else "units a dose"


def _number(exact: Fraction) -> str:
    return f"{exact.numerator:,}" if exact.denominator == 1 else f"about {int(exact):,}"
