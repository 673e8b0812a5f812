"""What does the foot of every rule's page show: its sign-off, the rows to read before one, and what changed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dosing.domain import verification
from dosing.domain.protocol_diff import Change
from dosing.models import ProtocolSignoff, RuleFile
from dosing.selectors import rule_files


@dataclass(frozen=True, slots=True)
class Mark:
    """How well a row was checked, in words, and whether the screen must make it stand out."""

    words: str
    stands_out: bool
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """One row that a signing physician must tick: its id, what it says, and how well it was checked."""

    id: str
    label: str
    says: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one version stands at a site: who signed it, and what differs from the version before (None: the first)."""

    file: RuleFile
    signoff: ProtocolSignoff | None
    versions: tuple[int, ...]
    previous: RuleFile | None
    changes: tuple[Change, ...]


def standing_of(row: RuleFile, site_id: int | None) -> Standing:
    """Return where ``row`` stands at the site."""
    previous = rule_files.previous_of(row)
    versions = RuleFile.objects.filter(kind=row.kind, key=row.key).order_by("version").values_list("version", flat=True)
    return Standing(
        file=row,
        signoff=rule_files.signoff_of(row, site_id),
        versions=tuple(versions),
        previous=previous,
        changes=rule_files.changes_since(previous, row) if previous else (),
    )


def mark(level: str, unread: Mapping[str, str], row_id: str) -> Mark:
    """Say how well a row was checked."""
    return Mark(verification.words(level), verification.stands_out(level), row_id in unread)
