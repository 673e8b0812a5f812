"""What judging one criterion brought to light, before it is put into words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dosing.domain.outcome import State
from dosing.domain.snapshot import Answer, Reading, TermGrade
from dosing.domain.verdict import Verdict

Evidence = Reading | TermGrade | Answer


@dataclass(frozen=True, slots=True)
class Gap:
    """A required input that cannot be used, and the last reading of it."""

    input: str
    reason: str
    last: Reading | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion's state and what it rests on.

    ``evidence`` is what made it met. ``verdict`` is set where the criterion itself knows it (floor, CTCAE).
    ``gaps`` are required inputs that could not be used, whatever the state. ``lapses_at`` is the last instant
    at which all that was used is still fresh; None when nothing used grows old.
    """

    state: State
    reason: str = ""
    detail: str = ""
    value: str = ""
    observed_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    verdict: Verdict | None = None
    gaps: tuple[Gap, ...] = ()
    lapses_at: datetime | None = None


_WEIGHT = {State.NOT_MET: 0, State.UNKNOWN: 1, State.MET: 2}


def worse(states: Iterable[State]) -> State:
    """Return MET if any is, else UNKNOWN if any is, else NOT_MET (also of none at all)."""
    return max(states, key=_WEIGHT.__getitem__, default=State.NOT_MET)


def both(one: State, two: State) -> State:
    """Return whether two states hold together: NOT_MET if either is, MET if both are."""
    return min(one, two, key=_WEIGHT.__getitem__)


def earliest(instants: Iterable[datetime | None]) -> datetime | None:
    """Return the first of the instants that are known; None when none is."""
    return min((instant for instant in instants if instant is not None), default=None)
