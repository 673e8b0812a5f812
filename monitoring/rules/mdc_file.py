"""Which observable does a device's term of the MDC nomenclature (ISO/IEEE 11073-10101) stand for?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from monitoring.rules.faults import RuleFileIsInvalid
from monitoring.rules.loader import load_observables

FILE = Path(__file__).parent / "mdc.json"


class TermRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One term: its reference name and its number, which stand for the same."""

    name: str
    code: str
    observable: str
    checked: str


class MdcFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    schema: int
    version: int
    id: str
    about: str
    source: str
    verification: str
    terms: tuple[TermRow, ...]


@dataclass(frozen=True, slots=True)
class Mdc:
    """The terms we know, by name and by number."""

    by_name: Mapping[str, str]
    by_code: Mapping[str, str]

    def observable(self, name: str, code: str) -> str:
        """Return the observable; "" when neither is known, or when name and number stand for different ones."""
        meant = {self.by_name.get(name) if name else None, self.by_code.get(code) if code else None} - {None}
        return str(meant.pop()) if len(meant) == 1 else ""


@cache
def load_mdc() -> Mdc:
    """Return the released terms. Raises RuleFileIsInvalid when one names an observable that does not exist."""
    read = msgspec.json.decode(FILE.read_bytes(), type=MdcFile)
    for term in read.terms:
        if load_observables().value.get(term.observable) is None:
            raise RuleFileIsInvalid(f"{term.name}: there is no observable {term.observable}")
    return Mdc({term.name: term.observable for term in read.terms}, {term.code: term.observable for term in read.terms})
