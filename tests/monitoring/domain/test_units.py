"""Every accepted unit converts exactly as its molar mass or definition says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.units import convert, to_contract
from tests.monitoring.domain.build import OBSERVABLES

# Molar masses in g/mol from atomic weights (IUPAC 2021, abridged): C 12.011 H 1.008 N 14.007 O 15.999 P 30.974
# Ca 40.078 Mg 24.305; not taken from the rule file.
CARBON, HYDROGEN, NITROGEN, OXYGEN, PHOSPHORUS = (
    Decimal(text) for text in ("12.011", "1.008", "14.007", "15.999", "30.974")
)
MASS = {
    "creatinine": 4 * CARBON + 7 * HYDROGEN + 3 * NITROGEN + OXYGEN,
    "bilirubin_total": 33 * CARBON + 36 * HYDROGEN + 4 * NITROGEN + 6 * OXYGEN,
    "glucose": 6 * CARBON + 12 * HYDROGEN + 6 * OXYGEN,
    "lactate": 3 * CARBON + 6 * HYDROGEN + 3 * OXYGEN,
    "uric_acid": 5 * CARBON + 4 * HYDROGEN + 4 * NITROGEN + 3 * OXYGEN,
    "urea_nitrogen": 2 * NITROGEN,
    "calcium_total": Decimal("40.078"),
    "calcium_corrected": Decimal("40.078"),
    "calcium_ionized": Decimal("40.078"),
    "magnesium": Decimal("24.305"),
    "phosphate": PHOSPHORUS,
    "hemoglobin": Decimal("16114.5"),
    "albumin": Decimal(66500),
}
PER_DECILITRE = {"mmol/L": Decimal(10), "umol/L": Decimal(10000)}
MOLAR = [
    (key, ucum)
    for key in MASS
    for ucum in OBSERVABLES.by_key[key].units
    if ucum in PER_DECILITRE and OBSERVABLES.by_key[key].unit in ("mg/dL", "g/dL")
]


@pytest.mark.parametrize(("key", "ucum"), MOLAR, ids=[f"{key} in {ucum}" for key, ucum in MOLAR])
def test_molar_unit_converts_as_the_molar_mass_says(key: str, ucum: str) -> None:
    what = OBSERVABLES.by_key[key]
    milligrams = MASS[key] / PER_DECILITRE[ucum]
    expected = milligrams / 1000 if what.unit == "g/dL" else milligrams

    found = to_contract(Decimal(1), what.units[ucum])

    assert abs(found / expected - 1) < Decimal("0.0004")


def test_every_molar_analyte_has_at_least_one_molar_unit() -> None:
    assert {key for key, _ in MOLAR} == set(MASS) - {"lactate", "calcium_ionized"}


@pytest.mark.parametrize(
    ("key", "value", "ucum", "expected"),
    [
        ("creatinine", "265.2", "umol/L", "3"),
        ("creatinine", "0.2652", "mmol/L", "3"),
        ("creatinine", "34", "mg/L", "3.4"),
        ("bilirubin_total", "51.312", "umol/L", "3"),
        ("temperature", "102.2", "[degF]", "39"),
        ("temperature", "100.4", "[degF]", "38"),
        ("temperature", "311.15", "K", "38"),
        ("platelets", "75000", "/mm3", "75"),
        ("platelets", "75000", "/uL", "75"),
        ("platelets", "75", "10*9/L", "75"),
        ("platelets", "75", "10*3/mm3", "75"),
        ("platelets", "75000", "10*6/L", "75"),
        ("platelets", "75000", "10*3/mL", "75"),
        ("platelets", "75", "G/L", "75"),
        ("wbc", "4", "10*3/uL", "4"),
        ("hemoglobin", "100", "g/L", "10"),
        ("albumin", "30", "g/L", "3"),
        ("fibrinogen", "1.5", "g/L", "150"),
        ("spo2", "0.95", "1", "95"),
        ("fio2", "0.4", "1", "40"),
        ("sodium", "135", "meq/L", "135"),
        ("potassium", "3.5", "meq/L", "3.5"),
        ("bicarbonate", "18", "meq/L", "18"),
        ("calcium_ionized", "2", "meq/L", "1"),
        ("troponin_i", "40", "ng/L", "0.04"),
        ("troponin_i", "40", "pg/mL", "0.04"),
        ("troponin_t", "0.1", "ug/L", "0.1"),
        ("ck_mb", "5", "ug/L", "5"),
        ("alt", "1", "ukat/L", "60"),
        ("creatinine_clearance", "1", "mL/s", "60"),
        ("vasopressin_rate", "2.4", "[iU]/h", "0.04"),
        ("fluid_bolus", "0.5", "L", "500"),
        ("urine_output", "0.5", "L", "500"),
    ],
)
def test_value_converts_without_rounding_when_the_factor_is_round(
    key: str, value: str, ucum: str, expected: str
) -> None:
    what = OBSERVABLES.by_key[key]

    assert to_contract(Decimal(value), what.units[ucum]) == Decimal(expected)


def test_milliequivalents_are_halved_for_divalent_ions_only() -> None:
    for key in ("calcium_total", "calcium_corrected", "magnesium"):
        units = OBSERVABLES.by_key[key].units
        assert to_contract(Decimal(2), units["meq/L"]) == to_contract(Decimal(1), units["mmol/L"])


def test_kilopascal_is_the_pressure_of_the_standard_atmosphere_over_760() -> None:
    for key in ("bp_systolic", "bp_diastolic", "bp_mean", "pao2"):
        found = to_contract(Decimal("101.325"), OBSERVABLES.by_key[key].units["kPa"])
        assert abs(found - 760) < Decimal("0.001")


ALL_PAIRS = [
    (key, one, other)
    for key, what in OBSERVABLES.by_key.items()
    for one in what.units.values()
    for other in what.units.values()
    if one.per is None and other.per is None
]


@given(value=st.decimals(min_value=0, max_value=10**6, places=4), pair=st.sampled_from(ALL_PAIRS))
def test_value_comes_back_when_it_is_converted_there_and_back(value: Decimal, pair: tuple[str, object, object]) -> None:
    _, one, other = pair

    there_and_back = convert(convert(value, one, other), other, one)  # type: ignore[arg-type]
    assert abs(there_and_back - value) < Decimal("1e-30")
