"""Which observation is this a version of, which version is it, and which one stands now?"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from monitoring.models import Observation


class Name(NamedTuple):
    """An observation under the id of the first of its corrections; ``version`` counts from 1."""

    id: UUID
    version: int


def name_of(row: Observation) -> Name:
    """Return the id under which the row is known and which version of it the row is."""
    return _walked(row.pk, row.replaces_id)


def name_in_snapshot(name: str, replaces: str | None) -> Name:
    """Return the same for an observation as an assessment kept it: its id, and what it was then known to replace."""
    return _walked(UUID(name), UUID(replaces) if replaces else None)


def first_ids(ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the first id of each of the observations; one query when none of them is a correction."""
    corrections = Observation.objects.filter(pk__in=ids, replaces__isnull=False)
    return {one: one for one in ids} | {row.pk: name_of(row).id for row in corrections}


def _walked(name: UUID, replaces: UUID | None) -> Name:
    first, version, earlier = name, 1, replaces
    while earlier is not None:
        first, version = earlier, version + 1
        earlier = Observation.objects.values_list("replaces_id", flat=True).get(pk=earlier)
    return Name(first, version)


def first_of(row: Observation) -> Observation:
    """Return the version that the row's fact began with."""
    return row if row.replaces_id is None else Observation.objects.select_related("patient").get(pk=name_of(row).id)


def was_sent(row: Observation) -> bool:
    """Whether a laboratory or device said the fact; a person's word on it since changes nothing about that."""
    return row.device_id is not None or (row.replaces_id is not None and first_of(row).device_id is not None)


def earlier_of(rows: Collection[Observation]) -> dict[UUID, list[Observation]]:
    """Return what each of the standing rows replaced, newest first; as many queries as the longest chain has links."""
    found: dict[UUID, list[Observation]] = {row.pk: [] for row in rows}
    ends = {row.replaces_id: row.pk for row in rows if row.replaces_id}
    while ends:
        older = Observation.objects.filter(pk__in=ends).select_related("recorded_by", "device")
        reached = [(ends[row.pk], row) for row in older]
        for newest, row in reached:
            found[newest].append(row)
        ends = {row.replaces_id: newest for newest, row in reached if row.replaces_id}
    return found


def replaced_by(rows: Collection[Observation]) -> dict[UUID, Observation]:
    """Return what each correction among the rows took the place of; no query when none of them is one."""
    named = {row.pk: row.replaces_id for row in rows if row.replaces_id}
    found = Observation.objects.in_bulk(list(named.values())) if named else {}
    return {pk: found[replaced] for pk, replaced in named.items()}


def versions_of(first: Observation) -> list[Observation]:
    """Return the row and everything that corrected it, oldest first."""
    found = [first]
    while (later := Observation.objects.filter(replaces=found[-1]).first()) is not None:
        found.append(later)
    return found
