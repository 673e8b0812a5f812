"""Whose turn is it to answer an alert, how long does each wait, and what may leave the ward? Rules without a clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitoring.domain.alerts import Priority


class Rung(StrEnum):
    """Who an alert is with. The value is the word kept in the database, the order is the ladder's."""

    NURSE = "nurse"
    FIRST = "first"
    SECOND = "second"
    FALLBACK = "fallback"

    @property
    def words(self) -> str:
        """The rung as the ward says it."""
        return WORDS[self]

    @property
    def place(self) -> int:
        """How many steps up the ladder it stands; 0 is the bedside."""
        return LADDER.index(self)


LADDER = tuple(Rung)
WORDS = {
    Rung.NURSE: "nurse",
    Rung.FIRST: "physician on call",
    Rung.SECOND: "second physician",
    Rung.FALLBACK: "ward's last resort",
}
# No source says how long a dose may wait for sign of life on an alert; the acknowledgement's times follow what users
# of on-call software ask for (a quarter of an hour rather than hours). All are a ward's settings.
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Times:
    """How long an alert waits at each rung, and how long an acknowledgement holds, by priority."""

    step: Mapping[Priority, timedelta]
    ack: Mapping[Priority, timedelta]


DEFAULT_TIMES = Times(
    step={Priority.HIGH: 5 * MINUTE, Priority.MEDIUM: 15 * MINUTE},
    ack={Priority.HIGH: 15 * MINUTE, Priority.MEDIUM: 60 * MINUTE, Priority.LOW: 240 * MINUTE},
)
# An acknowledged alert of a dose asks again this long before the dose is due, however long its plan would hold.
ASKS_AGAIN_BEFORE_DUE = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class Climb:
    """The rung an alert goes to, and the rungs passed over because nobody is on call there."""

    rung: Rung
    passed: tuple[Rung, ...] = ()

    def says(self, name: str = "") -> str:
        """The climb in words, for the alert's history; ``name`` is who stands there."""
        nobody = "".join(f"There is no {rung.words}. " for rung in self.passed)
        return f"{nobody}Now with the {self.rung.words}{f', {name}' if name else ''}."


def climb(place: int, on_call: Collection[Rung]) -> Climb:
    """Return the next rung above ``place`` with somebody on it; the last resort is always there and is the top."""
    above = LADDER[place + 1 :]
    passed: list[Rung] = []
    for rung in above:
        if rung in on_call or rung is Rung.FALLBACK:
            return Climb(rung, tuple(passed))
        passed.append(rung)
    return Climb(Rung.FALLBACK)


def step_due_at(priority: Priority, *, since: datetime, times: Times = DEFAULT_TIMES) -> datetime | None:
    """Return when an alert that came to its rung at ``since`` goes on unanswered.

    None for a low one: it is a reminder and never leaves the bedside.
    """
    wait = times.step.get(priority)
    return None if wait is None else since + wait


def ack_expires_at(
    priority: Priority, *, acknowledged_at: datetime, due_at: datetime | None, times: Times = DEFAULT_TIMES
) -> datetime:
    """Return when an acknowledgement lapses while the reason stands: after the ward's time, and at the latest half an
    hour before the dose at ``due_at`` (None: about no dose) unless it was given later than that."""
    expires = acknowledged_at + times.ack[priority]
    if due_at is None:
        return expires
    asks_again = due_at - ASKS_AGAIN_BEFORE_DUE
    return min(expires, asks_again) if acknowledged_at < asks_again else expires


def needs_physician(place: int, priority: Priority) -> bool:
    """Whether only a physician's acknowledgement stops the ladder: once it has left the bedside, unless it is low.

    A nurse's word is then kept as seen, and the alert stays open.
    """
    return place >= Rung.FIRST.place and priority is not Priority.LOW


@dataclass(frozen=True, slots=True)
class Span:
    """From ``from_at`` (inclusive) until ``until_at`` (exclusive)."""

    from_at: datetime
    until_at: datetime


def gaps(shifts: Iterable[Span], window: Span) -> tuple[Span, ...]:
    """Return the parts of ``window`` that no shift covers, in the order of time."""
    found, reached = [], window.from_at
    for shift in sorted(shifts, key=lambda one: one.from_at):
        if shift.from_at > reached:
            found.append(Span(reached, min(shift.from_at, window.until_at)))
        reached = max(reached, shift.until_at)
        if reached >= window.until_at:
            break
    if reached < window.until_at:
        found.append(Span(reached, window.until_at))
    return tuple(one for one in found if one.from_at < one.until_at)
