"""What one reading brings to its grade: its value as sent, its limits, and the course's baseline beside it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from dosing.domain.snapshot import Reading
from monitoring.domain.facts import Baseline, GradeFacts
from monitoring.domain.interval import between
from monitoring.domain.observable import Observable, Observables, Unit
from monitoring.domain.reading import MeasuredReading
from monitoring.domain.standing import Standing
from monitoring.domain.time_above import Lasted, above_40, is_sustained, time_above
from monitoring.domain.units import convert

FASTING = {"glucose_fasting": "glucose"}


def facts_of(
    reading: Reading, observables: Observables, baselines: Mapping[str, Reading], standing: Standing
) -> GradeFacts:
    """Return what a numeric ``reading`` brings to a grade. Raises KeyError for an observable not in the table."""
    observable = observables.by_key[FASTING.get(reading.observable, reading.observable)]
    if reading.unusable is not None or reading.value is None:
        return GradeFacts(observable, None, None, problem=reading.unusable or "no value")
    value, unit, uln, lln = as_sent(reading, observable)
    baseline = baselines.get(reading.observable)
    is_draw = baseline is not None and reading.observed_at <= baseline.observed_at
    lasted = _above_40(reading, standing)
    warm = _temperature(observables, standing)
    return GradeFacts(
        observable=observable, value=between(value, reading.comparator), unit=unit, uln=uln, lln=lln,
        baseline=_baseline(baseline, observable, unit, uln, lln) if not is_draw else None,
        is_baseline_draw=is_draw,
        fasting=True if reading.observable in FASTING else None,
        above_40c_for=lasted.at_least if lasted is not None else None,
        above_40c_up_to=lasted.at_most if lasted is not None else None,
        temperature_cel=warm,
        temperature_sustained=_sustained(standing) if warm is not None and reading.observable == "anc" else None,
    )  # fmt: skip


def _above_40(reading: Reading, standing: Standing) -> Lasted | None:
    """How long the temperature has been above 40.0 at this reading; None when it is not one above 40.0."""
    if reading.observable != "temperature" or above_40(reading) is not True:
        return None
    return time_above([*standing.firm("temperature"), reading], reading.observed_at, above_40)


def _sustained(standing: Standing) -> bool | None:
    temperatures = standing.firm("temperature")
    return is_sustained(temperatures, temperatures[-1].observed_at)


def as_sent(reading: Reading, observable: Observable) -> tuple[Decimal, Unit, Decimal | None, Decimal | None]:
    """Return value, unit and limits as reported where they are known, else in the contract's unit."""
    if isinstance(reading, MeasuredReading):
        sent, unit = reading.sent_value, reading.sent_unit
        if sent is not None and unit is not None and unit.per is None:
            return sent, unit, reading.sent_uln, reading.sent_lln
    return reading.value or Decimal(0), observable.units[observable.unit or ""], reading.uln, reading.lln


def _baseline(
    reading: Reading | None, observable: Observable, unit: Unit, uln: Decimal | None, lln: Decimal | None
) -> Baseline | None:
    """The baseline with its own limits; where it carried none, it is held against this result's limits."""
    if reading is None or reading.unusable is not None or reading.value is None:
        return None
    value, own_unit, own_uln, own_lln = as_sent(reading, observable)
    if own_uln is None and uln is not None:
        own_uln = convert(uln, unit, own_unit)
    if own_lln is None and lln is not None:
        own_lln = convert(lln, unit, own_unit)
    numbers = between(value, reading.comparator)
    is_high = numbers.is_above(own_uln) if own_uln is not None else None
    is_low = numbers.is_below(own_lln) if own_lln is not None else None
    return Baseline(numbers.exact, own_unit, is_high, is_low)


def _temperature(observables: Observables, standing: Standing) -> Decimal | None:
    """The present temperature in degrees Celsius, the highest of two at one instant; None when there is none."""
    known = observables.get("temperature")
    newest = standing.newest("temperature")
    if known is None or not newest or not standing.is_fresh(newest[0], known.max_age):
        return None
    return max((one.value for one in newest if one.value is not None), default=None)
