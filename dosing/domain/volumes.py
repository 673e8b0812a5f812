"""How much urine or stool was charted over the last shifts, and could the true volume be another?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from dosing.domain.current import Current, trouble
from dosing.domain.facts import Facts
from dosing.domain.finding import Finding, Gap, both
from dosing.domain.interval import ANYTHING, NOTHING, Interval, interval_of, judge, scaled
from dosing.domain.outcome import State
from dosing.domain.protocol import Limits, ShiftVolume
from dosing.domain.snapshot import Reading, Status


@dataclass(frozen=True, slots=True)
class Charted:
    """One charted volume and the interval over which it was collected."""

    started_at: datetime
    ended_at: datetime
    volume: Interval
    reading: Reading


@dataclass(frozen=True, slots=True)
class Shift:
    """A window of charting: the volume it may hold, whether every minute is charted, and the entries used."""

    volume: Interval
    is_whole: bool
    entries: tuple[Charted, ...]


def shift_volume(test: ShiftVolume, facts: Facts) -> Finding:
    """Judge the volume of the last shift, or of each of the last two; the shift ends with the newest entry."""
    current = facts.current(test.of)
    limits = _limits(test, facts)
    if limits is None:
        gaps = (Gap("baseline_weight", "absent"), *current.gaps)
        return Finding(State.UNKNOWN, reason="absent", detail="no dosing weight", gaps=gaps)
    finding = _of_firm_entries(test, limits, current, facts)
    early = [reading for reading in current.adverse if reading.status is Status.PRELIMINARY]
    if early and finding.state is not State.MET:
        with_early = _judged(test, limits, current, facts, early[-1].observed_at, early)
        if with_early.state is State.MET:
            return replace(with_early, gaps=finding.gaps)
    return finding


def _of_firm_entries(test: ShiftVolume, limits: Limits, current: Current, facts: Facts) -> Finding:
    last = current.last
    if last is None or current.problem in ("absent", "stale"):
        return Finding(
            State.UNKNOWN,
            reason=current.problem,
            detail=current.detail,
            observed_at=last.observed_at if last else None,
            evidence=(last,) if last else (),
            gaps=current.gaps,
        )
    return _judged(test, limits, current, facts, last.observed_at, [])


def _judged(
    test: ShiftVolume,
    limits: Limits,
    current: Current,
    facts: Facts,
    ended_at: datetime,
    early: Sequence[Reading],
) -> Finding:
    readings = [r for r in facts.readings(test.of) if r.status is not Status.PRELIMINARY or r in early]
    entries = _entries(test, readings)
    hours = timedelta(hours=facts.rules.shift_h)
    shifts = [_shift(entries, ended_at - hours * (n + 1), ended_at - hours * n) for n in range(test.shifts)]
    state = judge(shifts[0].volume, limits)
    for shift in shifts[1:]:
        state = both(state, judge(shift.volume, limits))
    if current.problem and state is State.NOT_MET:
        state = State.UNKNOWN
    reason = "" if state is not State.UNKNOWN else _why_unknown(shifts, current)
    return Finding(
        state,
        reason=reason,
        detail=current.detail,
        value=_shown(shifts, facts.rules.inputs[test.of].unit_text),
        observed_at=ended_at,
        evidence=tuple(entry.reading for shift in shifts for entry in shift.entries),
        gaps=current.gaps or ((Gap(test.of, reason, current.last),) if reason else ()),
        lapses_at=current.lapses_at,
    )


def _why_unknown(shifts: Sequence[Shift], current: Current) -> str:
    if current.problem:
        return current.problem
    return "straddles" if all(shift.is_whole for shift in shifts) else "gap"


def _limits(test: ShiftVolume, facts: Facts) -> Limits | None:
    """The limits as a volume over one shift; None when they are per kg and the dosing weight is not known."""
    weight = facts.course.baseline_weight_kg
    if test.per_kg and weight is None:
        return None
    factor = Decimal(facts.rules.shift_h) if test.per_hour else Decimal(1)
    if test.per_kg and weight is not None:
        factor *= weight
    return scaled(test.limits, lambda limit: limit * factor)


def volume_between(
    readings: Sequence[Reading], opened_at: datetime, closed_at: datetime, *, low_is_worse: bool
) -> Shift:
    """Add up the charted volumes of one observable in a window of any length; missing minutes leave it open upwards."""
    return _shift(_by_interval(readings, low_is_worse=low_is_worse), opened_at, closed_at)


def _entries(test: ShiftVolume, readings: Sequence[Reading]) -> list[Charted]:
    low_is_worse = test.limits.at_most is not None or test.limits.below is not None
    return _by_interval(readings, low_is_worse=low_is_worse)


def _by_interval(readings: Sequence[Reading], *, low_is_worse: bool) -> list[Charted]:
    """The entries, by their end; of several over the very same interval the worse counts."""
    by_interval: dict[tuple[datetime, datetime], Charted] = {}
    for reading in readings:
        entry = _entry(reading)
        key = (entry.started_at, entry.ended_at)
        by_interval[key] = _worse(by_interval.get(key, entry), entry, low_is_worse=low_is_worse)
    return sorted(by_interval.values(), key=lambda entry: entry.ended_at)


def _entry(reading: Reading) -> Charted:
    started_at = reading.interval_start or reading.observed_at
    if trouble(reading) or reading.value is None or started_at > reading.observed_at:
        return Charted(min(started_at, reading.observed_at), reading.observed_at, ANYTHING, reading)
    return Charted(started_at, reading.observed_at, interval_of(reading.value, reading.comparator), reading)


def _worse(one: Charted, two: Charted, *, low_is_worse: bool) -> Charted:
    if one.volume == two.volume:
        return one
    lows, highs = (one.volume.low, two.volume.low), (one.volume.high, two.volume.high)
    known = [high for high in highs if high is not None]
    if low_is_worse:
        return replace(one, volume=Interval(min(lows), min(known, default=None)))
    return replace(one, volume=Interval(max(lows), None if None in highs else max(known)))


def _shift(entries: Sequence[Charted], opened_at: datetime, closed_at: datetime) -> Shift:
    """Add up what was charted in a window; an entry that began before it may have any part of its volume in it."""
    used = [
        entry
        for entry in entries
        if entry.ended_at > opened_at and (entry.started_at < closed_at or entry.ended_at <= closed_at)
    ]
    counted = [_part_inside(entry, opened_at, closed_at) for entry in used]
    whole = _covers(counted, opened_at, closed_at)
    total = NOTHING
    for entry in counted:
        total = total + entry.volume
    sure = _largest_disjoint_sum(counted)
    volume = replace(total, low=sure, low_open=total.low_open and sure == total.low)
    return Shift(volume if whole else volume.unbounded, whole, tuple(used))


def _part_inside(entry: Charted, opened_at: datetime, closed_at: datetime) -> Charted:
    if entry.started_at >= opened_at and entry.ended_at <= closed_at:
        return entry
    return replace(
        entry,
        started_at=max(entry.started_at, opened_at),
        ended_at=min(entry.ended_at, closed_at),
        volume=entry.volume.from_zero,
    )


def _covers(entries: Sequence[Charted], opened_at: datetime, closed_at: datetime) -> bool:
    reached = opened_at
    for entry in sorted(entries, key=lambda e: e.started_at):
        if entry.started_at > reached:
            return False
        reached = max(reached, entry.ended_at)
    return reached >= closed_at


def _largest_disjoint_sum(entries: Sequence[Charted]) -> Decimal:
    """The most that is charted without counting any minute twice: overlapping entries may repeat each other."""
    ordered = sorted(entries, key=lambda entry: entry.ended_at)
    ends = [entry.ended_at for entry in ordered]
    best = [Decimal(0)]
    for index, entry in enumerate(ordered):
        before = bisect_right(ends, entry.started_at, 0, index)
        best.append(max(best[index], best[before] + entry.volume.low))
    return best[-1]


def _shown(shifts: Sequence[Shift], unit: str) -> str:
    texts = []
    for shift in shifts:
        prefix = "" if shift.is_whole and shift.volume.low == shift.volume.high else "at least "
        texts.append(f"{prefix}{shift.volume.low:f} {unit}")
    return ", before that ".join(texts)
