"""Which charted facts does a criterion read?"""

from __future__ import annotations

from collections.abc import Iterable

from dosing.domain import protocol as p
from dosing.domain.inputs import InputRules

OXYGEN = ("spo2", "o2_device", "o2_flow")


def inputs_used(criteria: Iterable[p.Criterion], rules: InputRules) -> tuple[str, ...]:
    """Return the inputs that the criteria read, in the order of the contract."""
    used = {
        name
        for row in criteria
        for test in (row.test, row.asked.only_when if row.asked else None)
        if test is not None
        for name in _read_by(test, rules)
    }
    return tuple(name for name in rules.inputs if name in used)


def _read_by(test: p.Reads, rules: InputRules) -> tuple[str, ...]:
    rates = rules.pressors.rates
    if isinstance(test, p.Newest | p.Grade):
        return (test.input,)
    if isinstance(test, p.RateNow | p.RateMax):
        return (rates.get(test.drug, f"{test.drug}_rate"), rules.pressors.none)
    if isinstance(test, p.AnyVasopressor | p.UncoveredPressor):
        return (*rates.values(), rules.pressors.none)
    if isinstance(test, p.ShiftVolume):
        return (test.of, "weight") if test.per_kg else (test.of,)
    if isinstance(test, p.AboveUln):
        return test.inputs
    if isinstance(test, p.Oxygen):
        return (*OXYGEN, "fio2") if test.fio2 is not None else OXYGEN
    if isinstance(test, p.Saturation):
        return OXYGEN
    if isinstance(test, p.BelowTargetAfterBoluses):
        return ("bp_systolic", "fluid_bolus")
    return ("bp_systolic",) if isinstance(test, p.BelowTarget) else ("weight",)
