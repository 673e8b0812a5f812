"""How an alert lives: when it is sent, re-opened, reminded of, escalated and closed; every rule without a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dosing.domain.verdict import Verdict


class Priority(StrEnum):
    """How soon somebody must look; the value is the word kept in the database."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """Higher is more urgent."""
        return _RANK[self]


_RANK = {priority: place for place, priority in enumerate(Priority)}
# Project defaults, site settings: how long an acknowledgement holds, and how long each escalation step waits.
ACK_HOLDS_FOR = {
    Priority.HIGH: timedelta(minutes=15),
    Priority.MEDIUM: timedelta(minutes=60),
    Priority.LOW: timedelta(hours=4),
}
STEP_AFTER = {
    Priority.HIGH: timedelta(minutes=5),
    Priority.MEDIUM: timedelta(minutes=15),
    Priority.LOW: timedelta(minutes=60),
}


class State(StrEnum):
    """Where an alert stands. Cleared unacknowledged stays on the board until somebody has seen it."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLEARED_UNACKNOWLEDGED = "cleared_unacknowledged"
    CLEARED = "cleared"


class Reason(StrEnum):
    """Why an alert is sent now."""

    FIRST = "first"
    WORSENED = "worsened"
    REPEAT = "repeat"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """One alert's own times. ``acknowledged_at`` None: nobody has, or it re-opened. ``condition_gone_at`` None:
    what it is about still stands. ``opened_at`` is when it was raised or last re-opened."""

    priority: Priority
    opened_at: datetime
    acknowledged_at: datetime | None = None
    condition_gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The last delivery of an alert: why, how urgent it was then, and when."""

    reason: Reason
    priority: Priority
    sent_at: datetime


def priority_of(verdict: Verdict) -> Priority | None:
    """Return how urgent a verdict is: STOP and HOLD high, REVIEW and UNDECIDED medium, CONTINUE no alert."""
    if verdict is Verdict.CONTINUE:
        return None
    return Priority.HIGH if verdict.severity >= Verdict.HOLD.severity else Priority.MEDIUM


def state_of(alert: AlertFacts) -> State:
    """Return the state: the system closes an alert only when its condition is gone and somebody has seen it."""
    if alert.condition_gone_at is not None:
        return State.CLEARED if alert.acknowledged_at is not None else State.CLEARED_UNACKNOWLEDGED
    return State.ACKNOWLEDGED if alert.acknowledged_at is not None else State.RAISED


def reopens(alert: AlertFacts, *, priority: Priority, adds_reason: bool) -> bool:
    """Return whether the same alert, wanted again, needs a fresh acknowledgement.

    It does when it is worse than before, when its condition had gone, or when a high alert gained a reason that
    nobody has seen. The same or a milder repeat changes nothing.
    """
    is_worse = priority.rank > alert.priority.rank
    return is_worse or alert.condition_gone_at is not None or (adds_reason and priority is Priority.HIGH)


def ack_expires_at(alert: AlertFacts) -> datetime | None:
    """Return the instant at which the acknowledgement lapses while the condition stands; None without one."""
    if alert.acknowledged_at is None or alert.condition_gone_at is not None:
        return None
    return alert.acknowledged_at + ACK_HOLDS_FOR[alert.priority]


def step_due_at(alert: AlertFacts, *, steps_taken: int) -> datetime | None:
    """Return when the next escalation step is due; None while acknowledged or cleared.

    The clock runs from ``opened_at``, stops with the acknowledgement, and starts again when that expires
    (the alert then re-opens with a new ``opened_at``). The first step is due after one interval.
    """
    if state_of(alert) in (State.ACKNOWLEDGED, State.CLEARED):
        return None
    return alert.opened_at + STEP_AFTER[alert.priority] * (steps_taken + 1)


def next_due_at(alert: AlertFacts, *, steps_taken: int) -> datetime | None:
    """Return the next instant at which anything is due for the alert, None when nothing ever will be."""
    return ack_expires_at(alert) or step_due_at(alert, steps_taken=steps_taken)


def notify_reason(alert: AlertFacts, last: Sent | None, *, at: datetime, repeat: timedelta) -> Reason | None:
    """Return why the alert should be sent at ``at``, None when it should not.

    Worse always breaks through, also past an acknowledgement. An unacknowledged alert repeats after
    ``repeat`` (inclusive). The end is told once, and only to those who were told of the beginning.
    """
    if alert.condition_gone_at is not None:
        return Reason.RESOLVED if last is not None and last.reason is not Reason.RESOLVED else None
    if last is None or last.reason is Reason.RESOLVED:
        return Reason.FIRST
    if alert.priority.rank > last.priority.rank:
        return Reason.WORSENED
    if alert.acknowledged_at is None and at - last.sent_at >= repeat:
        return Reason.REPEAT
    return None
