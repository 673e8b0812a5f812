"""What may be said about the next dose, and which word outranks which."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """The protocol's answer for one dose; the value is the word kept in the database and sent on the wire."""

    STOP_PERMANENT = "STOP_PERMANENT"
    STOP_CYCLE = "STOP_CYCLE"
    HOLD = "HOLD"
    UNDECIDED = "UNDECIDED"
    REVIEW = "REVIEW"
    CONTINUE = "CONTINUE"

    @property
    def severity(self) -> int:
        """Rank, higher is more severe: CONTINUE 0 to STOP_PERMANENT 5."""
        return _RANK[self]

    @property
    def is_stop(self) -> bool:
        return self in (Verdict.STOP_CYCLE, Verdict.STOP_PERMANENT)


_RANK = {verdict: len(Verdict) - 1 - index for index, verdict in enumerate(Verdict)}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the most severe of ``verdicts``; of none at all, UNDECIDED (nothing never means CONTINUE)."""
    return max(verdicts, key=lambda verdict: verdict.severity, default=Verdict.UNDECIDED)
