"""How does the HL7 v2 interface say no: what is wrong, where, and is it ours to keep?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

# HL7 table 0357.
CODES = {
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "207": "Application internal error",
}


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a message: segment, which of its kind (from 1), field (0: the segment as a whole)."""

    segment: str
    number: int = 1
    field: int = 0

    def __str__(self) -> str:
        shown = self.segment if self.number == 1 else f"{self.segment}[{self.number}]"
        return f"{shown}-{self.field}" if self.field else shown


class NotTaken(Exception):
    """A message that is not taken as it is; ``text`` is for people, ``code`` one of HL7 table 0357."""

    answer: ClassVar[str]

    def __init__(self, text: str, where: Where, code: str, reason: str) -> None:
        super().__init__(text)
        self.text, self.where, self.code, self.reason = text, where, code, reason


class Quarantined(NotTaken):
    """Kept whole and attached to nobody, until a person has looked (AE)."""

    answer = "AE"


class Rejected(NotTaken):
    """Not kept: not HL7, or not for us (AR)."""

    answer = "AR"


def rejected(text: str, where: Where, code: str) -> Rejected:
    """Return the exception that refuses a message without keeping it."""
    return Rejected(text, where, code, "rejected")
