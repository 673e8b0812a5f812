"""Are cardiac enzymes raised, or were they and nobody has resolved it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dosing.domain.current import trouble
from dosing.domain.facts import Facts
from dosing.domain.finding import Finding, Gap, worse
from dosing.domain.interval import interval_of, judge
from dosing.domain.outcome import State
from dosing.domain.protocol import AboveUln, Criterion, Limits
from dosing.domain.snapshot import Reading, Status


@dataclass(frozen=True, slots=True)
class _Assay:
    """One laboratory test's contribution."""

    state: State
    shown: tuple[Reading, ...] = ()
    reason: str = ""
    detail: str = ""


def above_uln(criterion: Criterion, test: AboveUln, facts: Facts) -> Finding:
    """Judge several assays: one raised result is enough, until a physician resolves it.

    An assay that was neither reported nor ordered counts as not raised; a pending order is unknown, and so is
    a result without its upper limit of normal.
    """
    resolved_at = _resolved_at(criterion.id, facts)
    assays = {name: _assay(name, facts, resolved_at) for name in test.inputs}
    state = worse(assay.state for assay in assays.values())
    told = [assay for assay in assays.values() if assay.state is state]
    shown = tuple(reading for assay in told for reading in assay.shown)
    doubtful = {name: assay for name, assay in assays.items() if assay.state is State.UNKNOWN}
    return Finding(
        state,
        reason=told[0].reason,
        detail=told[0].detail,
        observed_at=shown[-1].observed_at if shown else None,
        evidence=shown,
        gaps=tuple(Gap(name, a.reason, a.shown[-1] if a.shown else None) for name, a in doubtful.items()),
    )


def _resolved_at(criterion: str, facts: Facts) -> datetime | None:
    words = [a.observed_at for a in facts.answers(criterion) if a.resolved]
    return max(words, default=None)


def _assay(name: str, facts: Facts, resolved_at: datetime | None) -> _Assay:
    readings = _standing(facts.readings(name), resolved_at)
    raised = tuple(reading for reading in readings if _judged(reading) is State.MET)
    if raised:
        return _Assay(State.MET, raised)
    if name in facts.course.pending_orders:
        return _Assay(State.UNKNOWN, tuple(readings[-1:]), "absent", "ordered, no result yet")
    firm = [reading for reading in facts.readings(name) if reading.status is not Status.PRELIMINARY]
    newest = tuple(r for r in firm if r.observed_at == firm[-1].observed_at)
    for reading in newest:
        if _is_resolved(reading, resolved_at):
            continue
        if trouble(reading):
            return _Assay(State.UNKNOWN, (reading,), "unusable", trouble(reading))
        if reading.uln is None:
            return _Assay(State.UNKNOWN, (reading,), "not_gradable", "no upper limit of normal")
        if _judged(reading) is State.UNKNOWN:
            return _Assay(State.UNKNOWN, (reading,), "straddles")
    return _Assay(State.NOT_MET, newest, detail="" if newest else "not ordered")


def _standing(readings: Sequence[Reading], resolved_at: datetime | None) -> list[Reading]:
    """Results that may count: not resolved, and of the preliminary ones those newer than every firm one."""
    firm_at = max((r.observed_at for r in readings if r.status is not Status.PRELIMINARY), default=None)
    return [
        reading
        for reading in readings
        if not _is_resolved(reading, resolved_at)
        and (reading.status is not Status.PRELIMINARY or firm_at is None or reading.observed_at >= firm_at)
    ]


def _is_resolved(reading: Reading, resolved_at: datetime | None) -> bool:
    return resolved_at is not None and reading.observed_at <= resolved_at


def _judged(reading: Reading) -> State:
    if trouble(reading) or reading.value is None or reading.uln is None:
        return State.UNKNOWN
    return judge(interval_of(reading.value, reading.comparator), Limits(above=reading.uln))
