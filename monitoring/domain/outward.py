"""What may be told outside the ward about an alert, and how often is it tried? Neither a name nor a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

# Each wait before the next try; after the last the message is given up and the alert goes on at once.
RETRY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 30, 60, 120, 240))
# Longer than any channel takes to fail, so that a second worker never sends what a first one is still sending.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out. ``id`` is the same every time it is sent, so that a receiver can drop a repeat."""

    id: str
    severity: str
    ward: str
    bed: str
    link: str

    @property
    def subject(self) -> str:
        """One line for a pager's screen."""
        where = f"{self.ward}, bed {self.bed}" if self.bed else self.ward
        return f"il2ward {self.severity} priority: {where}"

    @property
    def body(self) -> str:
        """The whole text."""
        return f"{self.subject}\nAn alert waits for you and nobody has answered it. Open it:\n{self.link}\n"


def retry_after(tries: int) -> timedelta | None:
    """Return how long to wait after the ``tries``-th failure (the first is 1); None: give up."""
    return RETRY_AFTER[tries - 1] if tries <= len(RETRY_AFTER) else None
