"""Is the person a message speaks of the patient who bears that number here?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_PARTS = re.compile(r"[^\w]+")
# As they are written where a keyboard has no such letters.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "æ": "ae", "ø": "oe"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What a message says of its patient: record numbers, names (family, given), day of birth (None: not said)."""

    numbers: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    birth_date: date | None = None
    gender: str = "unknown"

    @property
    def shown(self) -> str:
        """The first name, for people."""
        return ", ".join(part for part in self.names[0] if part) if self.names else ""


def contradiction(claim: Claim, *, family_name: str, given_name: str, birth_date: date) -> str:
    """Return what speaks against the claim being about this person; "" when birth date and a name agree.

    A birth date or name that is not said agrees with nobody.
    """
    if claim.birth_date is None:
        return "no date of birth is said"
    if claim.birth_date != birth_date:
        return "the date of birth is another"
    if not any(_same_name(name, (family_name, given_name)) for name in claim.names):
        return "the name is another" if claim.names else "no name is said"
    return ""


def _same_name(sent: tuple[str, str], ours: tuple[str, str]) -> bool:
    """Whole family name alike; of the given names the first, so that a middle name may be left out."""
    family = spellings(sent[0]) & spellings(ours[0])
    if not any(family):
        return False
    return any(spellings(_first(sent[1])) & spellings(_first(ours[1])))


def _first(given: str) -> str:
    return next((part for part in re.split(r"\s+", given.strip()) if part), "")


def spellings(name: str) -> set[str]:
    """Return the ways a name is written without case, marks and spaces: Müller is muller and mueller."""
    lower = unicodedata.normalize("NFC", name).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return {_PARTS.sub("", plain), _PARTS.sub("", lower.translate(_WRITTEN_OUT))}
