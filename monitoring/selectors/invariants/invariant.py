"""What is one invariant: a sentence that must always be true of the database, and the search for what breaks it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

MOST_NAMED = 20


@dataclass(frozen=True)
class Finding:
    """What came of one invariant at one instant; ``found`` names at most twenty violations, none when it holds."""

    id: str
    text: str
    found: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Return whether nothing breaks the invariant."""
        return not self.found


@dataclass(frozen=True)
class Invariant:
    """One sentence. ``search`` yields a phrase for each violation there is at the given instant."""

    id: str
    text: str
    search: Callable[[datetime], Iterable[str]]

    def check(self, at: datetime) -> Finding:
        """Return what the search finds at ``at``; a search that cannot be made counts as a violation."""
        try:
            found = tuple(islice(self.search(at), MOST_NAMED))
        except Exception as error:  # noqa: BLE001 - reported as broken, and the other invariants are still checked
            found = (f"could not be checked: {type(error).__name__}: {error}",)
        return Finding(id=self.id, text=self.text, found=found)
