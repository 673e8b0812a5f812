"""How urgent is an alert, and when does the same one ask again?"""

from __future__ import annotations

from enum import StrEnum


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


def reopens(was: Priority, now: Priority, *, came_back: bool, adds_reason: bool) -> bool:
    """Return whether the same alert, wanted again, needs a fresh acknowledgement.

    It does when it is worse than before, when its condition had gone, or when a high alert gained a reason that
    nobody has seen. The same or a milder repeat changes nothing.
    """
    return now.rank > was.rank or came_back or (adds_reason and now is Priority.HIGH)
