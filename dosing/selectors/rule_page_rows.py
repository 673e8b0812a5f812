"""What does the foot of every rule's page show: its sign-off, the rows to read before one, and what changed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dosing.domain import verification
from dosing.domain.protocol import Protocol
from dosing.domain.protocol_diff import Change
from dosing.models import ProtocolSignoff, RuleFile
from dosing.selectors import rule_files
from il2ward.staff.models import Site


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
class Changed:
    """One difference from the version before; ``label`` is the row's own words, "" where it has none."""

    change: Change
    label: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one version stands at a site: who signed it, and what differs from the version before (None: the first)."""

    file: RuleFile
    signoff: ProtocolSignoff | None
    versions: tuple[int, ...]
    previous: RuleFile | None
    changes: tuple[Changed, ...]


def standing_of(row: RuleFile, site: Site | None) -> Standing:
    """Return where ``row`` stands at the site."""
    previous = rule_files.previous_of(row)
    versions = RuleFile.objects.filter(kind=row.kind, key=row.key).order_by("version").values_list("version", flat=True)
    return Standing(
        file=row,
        signoff=rule_files.signoff_of(row, site),
        versions=tuple(versions),
        previous=previous,
        changes=_changed(previous, row) if previous else (),
    )


def mark(level: str, unread: Mapping[str, str], row_id: str) -> Mark:
    """Say how well a row was checked."""
    return Mark(verification.words(level), verification.stands_out(level), row_id in unread)


def _changed(previous: RuleFile, row: RuleFile) -> tuple[Changed, ...]:
    labels = {
        one.id: one.label
        for file in (previous, row)
        if isinstance(value := rule_files.read(file), Protocol)
        for one in value.criteria
    }
    return tuple(Changed(one, labels.get(one.row, "")) for one in rule_files.changes_since(previous, row))
