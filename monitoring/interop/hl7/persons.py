"""Whom does a PID segment speak of?"""

from __future__ import annotations

from monitoring.domain.identity import Claim
from monitoring.interop.hl7.segments import Segment
from monitoring.interop.hl7.times import day_of

# Identifier types (HL7 table 0203) that can be a hospital's record number; a social security number is none.
RECORD_NUMBERS = frozenset({"", "MR", "MRN", "PI", "PT"})
GENDERS = {"F": "female", "M": "male", "O": "other", "A": "other"}
MOST_NUMBERS, LONGEST_NUMBER, LONGEST_NAME = 20, 40, 80


def claim_of(pid: Segment) -> Claim:
    """Return what the segment says; what it leaves out is empty."""
    return Claim(
        numbers=numbers_of(pid, 3) or numbers_of(pid, 2),
        names=tuple(_name(pid, rep) for rep in range(1, pid.repetitions(5) + 1) if pid.text(5, rep=rep)),
        birth_date=day_of(pid.text(7)),
        gender=GENDERS.get(pid.text(8).upper(), "unknown"),
    )


def numbers_of(segment: Segment, field: int) -> tuple[str, ...]:
    """Return the record numbers in a field of identifiers, in the order sent, each once."""
    sent = range(1, min(segment.repetitions(field), MOST_NUMBERS) + 1)
    numbers = [segment.text(field, rep=rep) for rep in sent if segment.text(field, 5, rep=rep) in RECORD_NUMBERS]
    return tuple(dict.fromkeys(number for number in numbers if 0 < len(number) <= LONGEST_NUMBER))


def _name(pid: Segment, rep: int) -> tuple[str, str]:
    return pid.text(5, rep=rep)[:LONGEST_NAME], pid.text(5, 2, rep=rep)[:LONGEST_NAME]
