"""May a dose be given later than its slot, what does each source say about that, and what does a delay move?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from dosing.domain.protocol import Id, SourcedFile, Words
from dosing.domain.regimen import Verification

Rule = Literal["slot_is_lost", "dose_is_delayed", "interval_may_be_longer", "not_stated"]
ALLOWING: tuple[Rule, ...] = ("dose_is_delayed", "interval_may_be_longer")
Unfit = Literal["not_later", "in_the_past", "too_far", "days_over"]


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


def allows_delay(row: DelayRow | None) -> bool:
    """Whether the source lets a dose be given after its slot; a source that is silent or was not read does not."""
    return row is not None and row.rule in ALLOWING


@dataclass(frozen=True, slots=True)
class Move:
    """One slot's due time before and after a delay; ``is_lost``: the cycle's days are over by then."""

    number: int
    before_at: datetime
    after_at: datetime
    is_lost: bool


def moves(dues: Sequence[tuple[int, datetime]], *, to_at: datetime, cycle_closes_at: datetime) -> tuple[Move, ...]:
    """Return how every slot of ``dues`` (number and due time, the delayed one first) moves by the same time.

    A slot that would be due when the cycle's days are over (inclusive) is lost, not squeezed in.
    """
    by = to_at - dues[0][1]
    return tuple(Move(number, due_at, due_at + by, due_at + by >= cycle_closes_at) for number, due_at in dues)


def unfit(
    *, due_at: datetime, to_at: datetime, at: datetime, interval: timedelta, cycle_closes_at: datetime
) -> Unfit | None:
    """Return why a dose due at ``due_at`` cannot be delayed to ``to_at`` by an order given at ``at``; None: it can.

    The new time must be later than the old one, not before ``at``, before the cycle's days are over, and at most one
    interval (inclusive) after the old one. No source gives the longest delay: one interval is where the next slot
    would have been, so that whoever wants to wait longer looks at the patient again by then (ADR 13).
    """
    if to_at <= due_at:
        return "not_later"
    if to_at < at:
        return "in_the_past"
    if to_at >= cycle_closes_at:
        return "days_over"
    return "too_far" if to_at > due_at + interval else None
