"""Which versions of which rules are kept here, who signed them, what is unread in them and what changed?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from dosing.domain import verification
from dosing.domain.inputs import InputRules
from dosing.domain.loaded import Loaded
from dosing.domain.protocol import Protocol
from dosing.domain.protocol_diff import Change, differences
from dosing.domain.regimen import Regimen
from dosing.domain.regimen_planned import PlannedRegimen
from dosing.models import ProtocolSignoff, RuleFile
from dosing.rules.course_loader import every_regimen
from dosing.selectors import pinned
from dosing.selectors.site_inputs import RELEASED, inputs_of
from il2ward.staff.models import Site

SIGNABLE = ("protocol", "overlay", "regimen")


@dataclass(frozen=True, slots=True)
class Level:
    """How many rows of a file have one level of verification."""

    words: str
    rows: int
    stands_out: bool


@dataclass(frozen=True, slots=True)
class Shelved:
    """One rule file as the list shows it; ``signoff`` None: no physician of the site has signed this version."""

    file: RuleFile
    title: str
    status: str
    levels: tuple[Level, ...]
    signoff: ProtocolSignoff | None

    @property
    def unread(self) -> int:
        return sum(level.rows for level in self.levels)


def shelved(site: Site | None) -> Sequence[Shelved]:
    """Return every kept protocol, overlay and regimen, the newest version first, with the site's sign-off."""
    signed = Prefetch("signoffs", ProtocolSignoff.objects.filter(site=site).select_related("physician"), "here")
    rows = RuleFile.objects.filter(kind__in=SIGNABLE).prefetch_related(signed).order_by("kind", "key", "-version")
    return [_shelved(row) for row in rows]


def graded_by() -> QuerySet[RuleFile]:
    """Return the kept CTCAE versions, the oldest first."""
    return RuleFile.objects.filter(kind="ctcae").defer("text").order_by("key", "version")


def found(kind: str, key: str, version: int) -> RuleFile | None:
    """Return one version of one rule file; ``kind`` protocol finds an overlay too. None when it is not kept here."""
    kinds = ("protocol", "overlay") if kind == "protocol" else (kind,)
    return RuleFile.objects.filter(kind__in=kinds, key=key, version=version).first()


def inputs_for(site: Site | None) -> Loaded[InputRules] | None:
    """Return the contract of inputs by which ages and the floor are shown: the site's own, else the release's.

    None when none is kept. Courses that run already keep the one they are pinned to.
    """
    released = RuleFile.objects.filter(kind="inputs", key=RELEASED).order_by("-version")
    row = released.first() if site is None else inputs_of(site)
    return None if row is None else pinned.inputs(row)


def signoff_of(row: RuleFile, site: Site | None) -> ProtocolSignoff | None:
    """Return the site's sign-off of this version; None when no physician has signed."""
    return ProtocolSignoff.objects.filter(protocol=row, site=site).select_related("physician").first()


def read(row: RuleFile) -> Protocol | Regimen | PlannedRegimen:
    """Return what a protocol, overlay or regimen says; its text is checked against its hash."""
    return pinned.regimen(row).value if row.kind == "regimen" else pinned.protocol(row).value


def only_released() -> dict[tuple[str, int], Loaded[Regimen] | Loaded[PlannedRegimen]]:
    """Return the regimens of this release that are not kept here, by key and version: no course can use them."""
    kept = set(RuleFile.objects.filter(kind="regimen").values_list("sha256", flat=True))
    return {(one.key, one.version): one for one in every_regimen() if one.sha256 not in kept}


def unread_rows(row: RuleFile) -> Mapping[str, str]:
    """Return the rows that nobody read at their source, by id with their level: a sign-off names each as read."""
    return verification.rows_to_read(read(row))


def previous_of(row: RuleFile) -> RuleFile | None:
    """Return the next older kept version of the same key; None for the first."""
    older = RuleFile.objects.filter(kind=row.kind, key=row.key, version__lt=row.version)
    return older.order_by("-version").first()


def changes_since(previous: RuleFile, row: RuleFile) -> tuple[Change, ...]:
    """Return what differs from an older version of the same file, in the file's order."""
    if row.kind == "regimen":
        return differences(pinned.regimen(previous).value, pinned.regimen(row).value)
    return differences(pinned.protocol(previous).value, pinned.protocol(row).value)


def _shelved(row: RuleFile) -> Shelved:
    value = read(row)
    count = Counter(verification.rows_to_read(value).values())
    levels = tuple(Level(verification.words(one), count[one], verification.stands_out(one)) for one in sorted(count))
    here: list[ProtocolSignoff] = getattr(row, "here", [])
    return Shelved(row, value.title, value.status, levels, here[0] if here else None)
