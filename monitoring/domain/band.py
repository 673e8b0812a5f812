"""Whether a value lies in one resolved clause: the numbers it covers and what covering them would mean."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from monitoring.domain.ctcae import Bound, Clause

End = tuple[Decimal | None, bool]  # the limit (None: its reference is missing), and whether it belongs to the band


class Answer(IntEnum):
    """Whether a clause holds. UNKNOWN blocks a lower grade; POSSIBLE only leaves a higher one open."""

    NO = 0
    YES = 1
    UNKNOWN = 2
    POSSIBLE = 3


@dataclass(slots=True)
class Band:
    """One clause, resolved: the numbers (reported unit) it covers and what covering them would mean.

    ``lack`` names a circumstance that is not known. ``fixed`` is set when the answer does not depend on the
    value at all. ``bound`` is the band as printed, for people.
    """

    clause: Clause
    lowers: list[End]
    uppers: list[End]
    inside: Answer = Answer.YES
    lack: str = ""
    fixed: Answer | None = None
    bound: Bound | None = None

    def answer(self, x: Decimal) -> Answer:
        """Whether the clause holds for a value of exactly ``x``."""
        if self.fixed is not None:
            return self.fixed
        missing = False
        for end, closed in self.lowers:
            if end is None:
                missing = True
            elif x < end or (x == end and not closed):
                return Answer.NO
        for end, closed in self.uppers:
            if end is None:
                missing = True
            elif x > end or (x == end and not closed):
                return Answer.NO
        return Answer.UNKNOWN if missing and self.inside is not Answer.POSSIBLE else self.inside
