"""May a dose be given later than its slot, and what does each source say about that?"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from dosing.domain.protocol import Id, SourcedFile, Words
from dosing.domain.regimen import Verification

Rule = Literal["slot_is_lost", "dose_is_delayed", "interval_may_be_longer", "not_stated"]


class DelayRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one source says of a dose that cannot be given in its slot; ``protocol`` is its hold protocol's key."""

    id: Id
    protocol: Id | None = None
    rule: Rule
    text: Words
    source: Id
    verification: Verification


class DelayRules(SourcedFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All that the sources say of late doses, and what none of them says."""

    rows: tuple[DelayRow, ...]
    not_stated: tuple[Words, ...]


def delay_under(rules: DelayRules, protocol: str) -> DelayRow | None:
    """Return what the source of a hold protocol says; None when it is not among the sources read for this."""
    return next((row for row in rules.rows if row.protocol == protocol), None)
