"""Is the systolic pressure below the course's target, and did fluid not help?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dosing.domain.current import trouble, within
from dosing.domain.facts import Facts
from dosing.domain.finding import Finding, Gap
from dosing.domain.interval import ANYTHING, Interval, interval_of, judge
from dosing.domain.outcome import State
from dosing.domain.protocol import BelowTarget, BelowTargetAfterBoluses, Limits
from dosing.domain.snapshot import Reading, Status

SYSTOLIC, BOLUS = "bp_systolic", "fluid_bolus"


def below_target(test: BelowTarget, facts: Facts) -> Finding:
    """Judge the floor: the newest systolic below the course's target."""
    finding = _against_target(facts)
    return replace(finding, verdict=test.verdict) if finding.state is State.MET else finding


def below_target_after_boluses(test: BelowTargetAfterBoluses, facts: Facts) -> Finding:
    """Judge pressure that fluid did not correct: below target long enough after the last bolus that counts.

    Boluses count since the previous dose started. Below target with fewer of them is left to the floor.
    """
    limits = Limits(at_least=test.volume_ml)
    boluses = _boluses(facts)
    sure = [reading for reading in boluses if judge(_volume(reading), limits) is State.MET]
    possible = [reading for reading in boluses if judge(_volume(reading), limits) is not State.NOT_MET]
    if len(possible) < test.count:
        return Finding(State.NOT_MET, detail="fewer boluses charted", evidence=tuple(boluses[-1:]))
    wait = timedelta(minutes=test.wait_min)
    if len(sure) >= test.count:
        finding = _against_target(facts, since=sure[test.count - 1].observed_at + wait)
        if finding.state is not State.NOT_MET:
            return finding
    pressure = _against_target(facts, since=possible[test.count - 1].observed_at + wait)
    if pressure.state is not State.MET:
        return pressure
    gap = Gap(BOLUS, "straddles", possible[-1])
    return replace(pressure, state=State.UNKNOWN, reason="straddles", gaps=(*pressure.gaps, gap))


def _against_target(facts: Facts, since: datetime | None = None) -> Finding:
    """Judge the newest systolic against the target; one measured before ``since`` does not meet it."""
    target = facts.course.target_sbp
    current = facts.current(SYSTOLIC)
    if target is None:
        gaps = (Gap("target_sbp", "absent"), *current.gaps)
        return Finding(State.UNKNOWN, reason="absent", detail="no pressure target", gaps=gaps)
    limits = Limits(below=target)

    def test(reading: Reading) -> State:
        is_too_early = since is not None and reading.observed_at < since
        return State.NOT_MET if is_too_early else within(reading, limits)

    return current.met_by(test)


def _boluses(facts: Facts) -> Sequence[Reading]:
    opened_at = facts.window_opened_at
    return [
        reading
        for reading in facts.readings(BOLUS)
        if reading.status is not Status.PRELIMINARY and (opened_at is None or reading.observed_at >= opened_at)
    ]


def _volume(reading: Reading) -> Interval:
    if trouble(reading) or reading.value is None:
        return ANYTHING
    return interval_of(reading.value, reading.comparator)
