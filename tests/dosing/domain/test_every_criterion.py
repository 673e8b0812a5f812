"""Is each criterion of each protocol met on the one side of its limits, and not met on the other?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from dosing.domain import protocol as p
from dosing.domain.outcome import Outcome
from dosing.domain.snapshot import Reading
from dosing.rules.loader import load_protocol, protocol_keys
from tests.dosing.domain.patients import Patient, ago, reading, volume

STEP = Decimal("0.001")
ROWS = [(key, row) for key in protocol_keys() for row in load_protocol(key).value.criteria]
MEASURED = (p.Newest, p.WeightGain, p.RateNow, p.RateMax, p.ShiftVolume)
LIMITED = [(key, row) for key, row in ROWS if isinstance(row.test, MEASURED)]
ASKED = [(key, row) for key, row in ROWS if row.asked is not None]


@cache
def calm_outcome(key: str) -> Outcome:
    return Patient(key).outcome()


def sides(limits: p.Limits) -> Iterator[tuple[Decimal, str]]:
    """Each limit itself and the values next to it, with what they must give."""
    found = {
        "at_least": ((0, "met"), (-1, "not_met")),
        "above": ((1, "met"), (0, "not_met")),
        "at_most": ((0, "met"), (1, "not_met")),
        "below": ((-1, "met"), (0, "not_met")),
    }
    for name, pairs in found.items():
        limit = getattr(limits, name)
        if limit is not None:
            yield from ((limit + STEP * steps, state) for steps, state in pairs)


def fact(test: object, value: Decimal, weight_kg: Decimal) -> list[Reading]:
    """The readings that give a test this value."""
    if isinstance(test, p.Newest):
        return [reading(test.input, str(value))]
    if isinstance(test, p.WeightGain):
        return [reading("weight", str(weight_kg * (100 + value) / 100))]
    if isinstance(test, p.RateNow | p.RateMax):
        return [reading(f"{test.drug}_rate", str(value), at=ago(minutes=5))]
    assert isinstance(test, p.ShiftVolume)
    factor = (8 if test.per_hour else 1) * (weight_kg if test.per_kg else 1)
    amount = str(value * factor)
    return [volume(test.of, amount, 8.5 + 8 * n, 0.5 + 8 * n) for n in range(test.shifts)]


@pytest.mark.parametrize(("key", "row"), LIMITED, ids=[row.id for _, row in LIMITED])
def test_measured_criterion_on_both_sides_of_each_limit(key: str, row: p.Criterion) -> None:
    patient = Patient(key)
    assert isinstance(row.test, MEASURED)

    for value, state in sides(row.test.limits):
        facts = fact(row.test, value, Decimal(70))
        assert patient.with_(*facts).state(row.id) == state, value


@pytest.mark.parametrize(("key", "row"), LIMITED, ids=[row.id for _, row in LIMITED])
def test_measured_criterion_is_unknown_without_its_input(key: str, row: p.Criterion) -> None:
    patient = Patient(key)
    name = {"weight_gain": "weight"}.get(type(row.test).__struct_config__.tag)
    names = [name] if name else [getattr(row.test, "input", None), getattr(row.test, "of", None), "vasopressors_none"]
    gone = patient.without(*(each for each in names if each))

    assert gone.state(row.id) == "unknown"
    assert gone.outcome().verdict == "UNDECIDED"


@pytest.mark.parametrize(("key", "row"), ASKED, ids=[row.id for _, row in ASKED])
def test_asked_criterion_is_met_when_present_not_when_absent_and_unknown_unanswered(key: str, row: p.Criterion) -> None:
    patient = Patient(key).with_(volume("urine_output", "60", 8.5, 0.5)).valued("creatinine", "4.2")

    assert patient.state(row.id) == "not_met"
    assert patient.found(row.id).state(row.id) == "met"
    assert patient.answered(row.id).state(row.id) == "unknown"


@pytest.mark.parametrize(("key", "row"), ROWS, ids=[row.id for _, row in ROWS])
def test_result_says_what_was_judged_and_by_which_source(key: str, row: p.Criterion) -> None:
    result = next(result for result in calm_outcome(key).results if result.id == row.id)
    source = load_protocol(key).value.sources[row.source].short

    assert (result.label, result.kind, result.source) == (row.label, row.kind, source)
    assert (result.organ_system, result.verification) == (row.organ_system, row.verification)
    assert result.input
    assert result.limit or row.asked is not None or isinstance(row.test, p.AnyVasopressor)


@pytest.mark.parametrize(("key", "row"), ROWS, ids=[row.id for _, row in ROWS])
def test_criterion_that_fails_is_unknown_and_the_verdict_undecided(key: str, row: p.Criterion) -> None:
    protocol = load_protocol(key)
    broken = p.Criterion(**{name: getattr(row, name) for name in row.__struct_fields__} | {"test": None, "asked": None})
    rows = tuple(broken if other.id == row.id else other for other in protocol.value.criteria)
    value = p.Protocol(
        **{name: getattr(protocol.value, name) for name in protocol.value.__struct_fields__} | {"criteria": rows}
    )
    from dosing.domain.assess import assess
    from dosing.rules.loader import load_inputs

    outcome = assess(Patient(key).snapshot, replace(protocol, value=value), load_inputs().value)
    result = next(result for result in outcome.results if result.id == row.id)

    if not row.restates:
        assert (result.state, result.reason) == ("unknown", "error")
        assert "neither measured nor asked" in result.detail
        assert outcome.verdict == "UNDECIDED"
