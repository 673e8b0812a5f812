"""What must be true of the database at every instant, and what breaks it?"""

from __future__ import annotations

from datetime import datetime

from monitoring.selectors.invariants import alerting, counting, deciding, giving, grading, moving, pinning, recording
from monitoring.selectors.invariants.invariant import Finding, Invariant

__all__ = ["ALL", "Finding", "Invariant", "check_all"]


def number_of(invariant: Invariant) -> tuple[int, str]:
    """Return what invariants are sorted by: I2 before I11."""
    digits = "".join(character for character in invariant.id if character.isdigit())
    return int(digits), invariant.id


ALL: tuple[Invariant, ...] = tuple(
    sorted(
        (
            *grading.INVARIANTS,
            *giving.INVARIANTS,
            *moving.INVARIANTS,
            *deciding.INVARIANTS,
            *alerting.INVARIANTS,
            *recording.INVARIANTS,
            *pinning.INVARIANTS,
            *counting.INVARIANTS,
        ),
        key=number_of,
    )
)


def check_all(at: datetime) -> list[Finding]:
    """Return the finding of every invariant at ``at``, in the order of their numbers."""
    return [invariant.check(at) for invariant in ALL]
