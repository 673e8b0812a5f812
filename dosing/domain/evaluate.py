"""Is one criterion met, not met or unknown, by the facts of a snapshot?"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from dosing.domain import protocol as p
from dosing.domain.bedside import answered
from dosing.domain.current import within
from dosing.domain.facts import Facts
from dosing.domain.finding import Finding, Gap
from dosing.domain.interval import scaled
from dosing.domain.laboratory import above_uln
from dosing.domain.outcome import State
from dosing.domain.oxygen import oxygen_need, saturation_floor
from dosing.domain.pressors import any_vasopressor, rate_max, rate_now, uncovered_pressor
from dosing.domain.pressure import below_target, below_target_after_boluses
from dosing.domain.snapshot import Origin
from dosing.domain.terms import graded
from dosing.domain.volumes import shift_volume

PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion and what was found; ``is_confirmed`` is false where only a single device reading meets it."""

    criterion: p.Criterion
    finding: Finding
    is_confirmed: bool = True


def covered_pressors(criteria: Collection[p.Criterion], drugs: Collection[str]) -> frozenset[str]:
    """Return the drugs for which a protocol has a row; a row on any vasopressor covers all of ``drugs``."""
    tests = [criterion.test for criterion in criteria]
    if any(isinstance(test, p.AnyVasopressor) for test in tests):
        return frozenset(drugs)
    return frozenset(test.drug for test in tests if isinstance(test, p.RateNow | p.RateMax))


def judge_all(criteria: Collection[p.Criterion], facts: Facts, covered: frozenset[str]) -> list[Judged]:
    """Judge every criterion on its own; one that restates another has that one's finding."""
    done: dict[str, Judged] = {}
    for criterion in sorted(criteria, key=lambda c: bool(c.restates)):
        if criterion.restates in done:
            original = done[criterion.restates]
            done[criterion.id] = Judged(criterion, original.finding, original.is_confirmed)
        else:
            done[criterion.id] = _isolated(criterion, facts, covered)
    return [done[criterion.id] for criterion in criteria]


def _isolated(criterion: p.Criterion, facts: Facts, covered: frozenset[str]) -> Judged:
    """Judge one criterion so that its failure is its own: an error is unknown, named in the answer."""
    try:
        finding = evaluate(criterion, facts, covered)
        confirmed = finding.state is not State.MET or _is_confirmed(criterion, finding, facts, covered)
    except Exception as error:  # noqa: BLE001 - not swallowed: it makes the verdict CANNOT DECIDE and is shown
        detail = f"{type(error).__name__}: {error}"
        gap = Gap(criterion.id, "error")
        return Judged(criterion, Finding(State.UNKNOWN, reason="error", detail=detail, gaps=(gap,)))
    return Judged(criterion, finding, confirmed)


def evaluate(criterion: p.Criterion, facts: Facts, covered: frozenset[str] = frozenset()) -> Finding:
    """Judge one criterion; may raise, on facts that are not what their types say."""
    if criterion.asked is not None:
        return answered(criterion, criterion.asked, facts, lambda test: _read(test, criterion, facts, covered))
    if criterion.test is None:
        raise ValueError(f"criterion {criterion.id} is neither measured nor asked")
    return _read(criterion.test, criterion, facts, covered)


def _read(test: p.Reads, criterion: p.Criterion, facts: Facts, covered: frozenset[str]) -> Finding:
    if isinstance(test, p.AboveUln):
        return above_uln(criterion, test, facts)
    if isinstance(test, p.UncoveredPressor):
        return uncovered_pressor(test, facts, covered)
    return _READERS[type(test)](test, facts)


def _is_confirmed(criterion: p.Criterion, finding: Finding, facts: Facts, covered: frozenset[str]) -> bool:
    """Whether more than one device reading stands behind a met criterion.

    It does when it is also met without what devices sent in the last minute up to the newest device reading
    used: by an earlier reading, or by a person's or the laboratory's.
    """
    sent = [
        item.observed_at
        for item in finding.evidence
        if getattr(item, "origin", None) is Origin.DEVICE and item.observed_at is not None
    ]
    if not sent:
        return True
    before = max(sent) - timedelta(seconds=facts.rules.device_confirmation_s)
    return evaluate(criterion, facts.without_devices_after(before), covered).state is State.MET


def _newest(test: p.Newest, facts: Facts) -> Finding:
    return facts.current(test.input).met_by(lambda reading: within(reading, test.limits))


def _weight_gain(test: p.WeightGain, facts: Facts) -> Finding:
    baseline = facts.course.baseline_weight_kg
    current = facts.current("weight")
    if baseline is None or baseline <= 0:
        gaps = (Gap("baseline_weight", "absent"), *current.gaps)
        return Finding(State.UNKNOWN, reason="absent", detail="no dosing weight", gaps=gaps)
    limits = scaled(test.limits, lambda percent: baseline * (PERCENT + percent) / PERCENT)
    return current.met_by(lambda reading: within(reading, limits))


_READERS: dict[type, Callable[[Any, Facts], Finding]] = {
    p.Newest: _newest,
    p.WeightGain: _weight_gain,
    p.RateNow: rate_now,
    p.RateMax: rate_max,
    p.AnyVasopressor: any_vasopressor,
    p.ShiftVolume: shift_volume,
    p.Oxygen: oxygen_need,
    p.BelowTargetAfterBoluses: below_target_after_boluses,
    p.BelowTarget: below_target,
    p.Saturation: saturation_floor,
    p.Grade: graded,
}
