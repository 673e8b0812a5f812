"""How an alert lives: when it is sent, re-opened, reminded of and closed; every rule without a clock."""

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
