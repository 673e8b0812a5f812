"""Every observable's limits, a step inside and a step outside: impossible is never graded, unlikely is marked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from monitoring.domain.interval import between, point
from monitoring.domain.observable import Observable, Plausible
from monitoring.domain.plausibility import Plausibility, plausibility
from tests.monitoring.domain.build import OBSERVABLES, reading

STEP = Decimal("0.000001")
NUMERIC = [what for what in OBSERVABLES.by_key.values() if not what.is_coded]


def _judge(value: Decimal, limits: Plausible) -> Plausibility:
    return plausibility(point(value), limits)


@pytest.mark.parametrize("what", NUMERIC, ids=lambda what: what.key)
def test_value_is_impossible_only_beyond_its_limit(what: Observable) -> None:
    limits = what.plausible
    assert limits.impossible_below is not None
    assert limits.impossible_above is not None

    assert _judge(limits.impossible_above, limits) is not Plausibility.IMPOSSIBLE
    assert _judge(limits.impossible_above + STEP, limits) is Plausibility.IMPOSSIBLE
    assert _judge(limits.impossible_below, limits) is not Plausibility.IMPOSSIBLE
    assert _judge(limits.impossible_below - STEP, limits) is Plausibility.IMPOSSIBLE


@pytest.mark.parametrize("what", NUMERIC, ids=lambda what: what.key)
def test_value_is_unlikely_only_beyond_its_limit(what: Observable) -> None:
    limits = what.plausible
    for limit, step in ((limits.unlikely_below, -STEP), (limits.unlikely_above, STEP)):
        if limit is None or limit in (limits.impossible_below, limits.impossible_above):
            continue
        assert _judge(limit, limits) is Plausibility.BELIEVABLE
        assert _judge(limit + step, limits) is Plausibility.UNLIKELY


@pytest.mark.parametrize(
    ("key", "value", "unit", "why"),
    [
        ("heart_rate", "0", "/min", "sensor off"),
        ("heart_rate", "11.5", "/min", "lead falling off"),
        ("bp_systolic", "0", "mm[Hg]", "sensor off"),
        ("bp_systolic", "1200", "mm[Hg]", "typing slip"),
        ("spo2", "0", "%", "sensor off"),
        ("spo2", "101", "%", "above the scale"),
        ("temperature", "98.6", "Cel", "Fahrenheit sent as Celsius"),
        ("potassium", "45", "mmol/L", "typing slip"),
        ("platelets", "150000", "10*9/L", "per microlitre mislabelled"),
        ("creatinine", "88", "mg/dL", "micromoles mislabelled"),
        ("resp_rate", "0", "/min", "probe artefact"),
    ],
)
def test_artefact_is_kept_but_never_usable(key: str, value: str, unit: str, why: str) -> None:
    found = reading(key, value, unit)

    assert found.value is None, why
    assert found.unusable == f"impossible: {value} {unit}"
    assert found.shown == f"{value} {unit}"


def test_unlikely_value_is_usable_and_marked() -> None:
    assert reading("heart_rate", "170", "/min").unlikely
    assert not reading("heart_rate", "160", "/min").unlikely
    assert reading("heart_rate", "170", "/min").unusable is None


def test_comparator_keeps_a_value_possible_while_some_of_its_numbers_are() -> None:
    limits = OBSERVABLES.by_key["glucose"].plausible

    assert plausibility(between(Decimal(2000), ">"), limits) is Plausibility.IMPOSSIBLE
    assert plausibility(between(Decimal(2000), ">="), limits) is Plausibility.UNLIKELY
    assert plausibility(between(Decimal(600), ">"), limits) is Plausibility.UNLIKELY
    assert plausibility(between(Decimal(40), "<"), limits) is Plausibility.UNLIKELY
    assert plausibility(between(Decimal(5), "<"), limits) is Plausibility.IMPOSSIBLE


def test_comparator_does_not_rescue_a_vital_sign() -> None:
    assert reading("spo2", "0", "%", comparator=">").unusable is not None
    assert reading("bp_systolic", "19", "mm[Hg]", comparator=">").unusable is not None
