"""Every factor of the unit table, held against two libraries that know nothing of it: pint's units, molmass's atoms."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from molmass import Formula
from pint import LazyRegistry

from monitoring.domain.units import to_contract
from tests.monitoring.domain.build import OBSERVABLES

# Read when the first factor is asked for: every process of a run collects this file, and one asks.
PINT: Any = LazyRegistry(kwargs={"autoconvert_offset_to_baseunit": True})
FORMULAS = {
    "creatinine": "C4H7N3O",
    "bilirubin_total": "C33H36N4O6",
    "glucose": "C6H12O6",
    "glucose_fasting": "C6H12O6",
    "lactate": "C3H6O3",
    "uric_acid": "C5H4N4O3",
    "urea_nitrogen": "N2",
    "calcium_total": "Ca",
    "calcium_corrected": "Ca",
    "calcium_ionized": "Ca",
    "magnesium": "Mg",
    "phosphate": "P",
}
# Proteins, g/mol: a haemoglobin subunit (NPU and IFCC convention) and human serum albumin.
PROTEINS = {"hemoglobin": 16114.5, "albumin": 66500.0}
CHARGES = {"calcium_total": 2, "calcium_corrected": 2, "calcium_ionized": 2, "magnesium": 2}
# What UCUM writes in a way pint does not read; a count, a score and a ratio are plain numbers.
WORDS = {
    "10*9": "1e9", "10*6": "1e6", "10*3": "1e3", "mm3": "mm**3", "mm[Hg]": "mmHg", "meq": "mmol",
    "[IU]": "U", "[iU]": "dimensionless", "G": "1e9", "U": "umol/min", "ukat": "umol/s",
    "[degF]": "degF", "Cel": "degC", "K": "kelvin", "%": "percent", "1": "dimensionless",
    "{1.73_m2}": "1", "[pH]": "1", "{INR}": "1", "{#}": "1", "{score}": "1", "{beats}": "1", "{breaths}": "1",
    "h": "hour", "min": "minute", "s": "second", "24h": "day", "": "1",
}  # fmt: skip
MOLAR_TOLERANCE, TOLERANCE = 4e-4, 1e-6

ROWS = [(what.key, ucum) for what in OBSERVABLES.by_key.values() for ucum in what.units]


@cache
def molar_mass(key: str) -> Any:
    """Grams in a mole."""
    grams = PROTEINS[key] if key in PROTEINS else Formula(FORMULAS[key]).mass
    return grams * PINT("gram/mole")


def measured_in(ucum: str) -> Any:
    """A UCUM unit as pint understands it."""
    first, *below = ucum.split("/")
    text = f"({WORDS.get(first, first)})" + "".join(f"/({WORDS.get(part, part)})" for part in below)
    return PINT(text)


def expected(key: str, ucum: str, into: str, amount: float) -> float:
    """What ``amount`` of ``ucum`` is in ``into``, by the libraries alone."""
    if into == "Cel":
        return float(PINT.Quantity(amount, WORDS[ucum]).to("degC").magnitude)
    target = measured_in(into)
    given = amount * measured_in(ucum)
    if ucum.startswith("meq") and not into.startswith("meq"):
        given = given / CHARGES.get(key, 1)
    if given.dimensionality != target.dimensionality:
        given = per_kilogram_or_hour(key, given, target)
    return float((given / target).to("dimensionless").magnitude)


def per_kilogram_or_hour(key: str, given: Any, target: Any) -> Any:
    """Moles become grams or grams moles; a pump's rate is for 1 kg, a rate per hour for 1 h."""
    if key.endswith("_rate"):
        return given / PINT("kilogram")
    if key == "urine_output":
        return given * PINT("hour")
    molar = given.check("[substance]/[volume]")
    return given * molar_mass(key) if molar else given / molar_mass(key)


@pytest.mark.parametrize(("key", "ucum"), ROWS, ids=[f"{key} in {ucum}" for key, ucum in ROWS])
def test_factor_is_the_one_two_independent_libraries_give(key: str, ucum: str) -> None:
    what = OBSERVABLES.by_key[key]
    is_molar = ((key in FORMULAS or key in PROTEINS) and "mol" in f"{ucum}{what.unit}") or ucum.startswith("meq")

    found = float(to_contract(Decimal(40), what.units[ucum]))

    assert found == pytest.approx(
        expected(key, ucum, what.unit or "", 40), rel=MOLAR_TOLERANCE if is_molar else TOLERANCE
    )


def test_an_international_unit_of_an_enzyme_is_a_unit() -> None:
    assert PINT("umol/min").to("katal").magnitude == pytest.approx(1 / 60e6)
