"""What is an input's value now, and if there is none that may be used, why not?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dosing.domain.finding import Finding, Gap
from dosing.domain.inputs import InputRule
from dosing.domain.interval import interval_of, judge
from dosing.domain.outcome import State
from dosing.domain.protocol import Limits
from dosing.domain.snapshot import Reading, Status


@dataclass(frozen=True, slots=True)
class Current:
    """An input's newest value.

    ``values`` are the fresh, usable readings of the newest instant (several: a tie, the worse counts). ``adverse``
    are readings that may only make a criterion met: newer preliminary ones, and the last usable one before an
    unusable newest. ``problem`` ("" when there are values) is absent, stale or unusable.
    """

    input: str
    values: tuple[Reading, ...] = ()
    adverse: tuple[Reading, ...] = ()
    problem: str = ""
    detail: str = ""
    last: Reading | None = None
    lapses_at: datetime | None = None

    @property
    def candidates(self) -> tuple[Reading, ...]:
        return self.values + self.adverse

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return (Gap(self.input, self.problem, self.last),) if self.problem else ()

    def met_by(self, test: Callable[[Reading], State]) -> Finding:
        """Judge a criterion that reads this input alone; an unknown names the reason and the last value."""
        hits = tuple(reading for reading in self.candidates if test(reading) is State.MET)
        if hits:
            return self._finding(State.MET, hits[-1], evidence=hits)
        if self.problem:
            return self._finding(State.UNKNOWN, self.last, reason=self.problem, detail=self.detail)
        open_ = [reading for reading in self.values if test(reading) is State.UNKNOWN]
        if open_:
            finding = self._finding(State.UNKNOWN, open_[-1], reason="straddles")
            return replace(finding, gaps=(Gap(self.input, "straddles", open_[-1]),))
        return self._finding(State.NOT_MET, self.values[-1])

    def _finding(
        self,
        state: State,
        shown: Reading | None,
        *,
        reason: str = "",
        detail: str = "",
        evidence: tuple[Reading, ...] = (),
    ) -> Finding:
        return Finding(
            state,
            reason=reason,
            detail=detail,
            observed_at=shown.observed_at if shown else None,
            evidence=evidence or ((shown,) if shown else ()),
            gaps=self.gaps,
            lapses_at=self.lapses_at,
        )


def current_of(name: str, readings: Sequence[Reading], rule: InputRule | None, at: datetime) -> Current:
    """Return the input's value at ``at``; ``readings`` are those that count, oldest first."""
    max_age = rule.max_age if rule else None
    codes = rule.codes if rule else ()
    firm = [reading for reading in readings if reading.status is not Status.PRELIMINARY]
    newest = _newest(firm)
    since = newest[0].observed_at if newest else None
    early = tuple(
        reading
        for reading in readings
        if reading.status is Status.PRELIMINARY
        and (since is None or reading.observed_at >= since)
        and _fresh(reading, at, max_age)
        and not trouble(reading, codes)
    )
    if not newest:
        detail = "only a preliminary result" if readings else ""
        return Current(name, (), early, "absent", detail, readings[-1] if readings else None)
    last = newest[-1]
    if not _fresh(last, at, max_age):
        return Current(name, (), early, "stale", "", last)
    bad = [reading for reading in newest if trouble(reading, codes)]
    if bad:
        older = _newest([reading for reading in firm if not trouble(reading, codes)])
        usable = tuple(reading for reading in older if _fresh(reading, at, max_age))
        return Current(name, (), usable + early, "unusable", trouble(bad[-1], codes), bad[-1])
    lapses_at = None if max_age is None else last.observed_at + max_age
    return Current(name, tuple(newest), early, "", "", last, lapses_at)


def within(reading: Reading | None, limits: Limits) -> State:
    """Judge one reading's number against limits; a reading that is not there, or has none, is unknown."""
    if reading is None or reading.value is None:
        return State.UNKNOWN
    return judge(interval_of(reading.value, reading.comparator), limits)


def trouble(reading: Reading, codes: Sequence[str] = ()) -> str:
    """Return why a reading has no usable value, "" when it has one; ``codes`` are those allowed, if coded."""
    if reading.unusable is not None:
        return reading.unusable or "no value"
    if codes:
        return "" if reading.code in codes else f"unknown code {reading.code}" if reading.code else "no value"
    return "no value" if reading.value is None else ""


def _newest(readings: Sequence[Reading]) -> list[Reading]:
    return [reading for reading in readings if reading.observed_at == readings[-1].observed_at]


def _fresh(reading: Reading, at: datetime, max_age: timedelta | None) -> bool:
    return max_age is None or at - reading.observed_at <= max_age
