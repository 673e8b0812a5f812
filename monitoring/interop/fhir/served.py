"""What is a served resource type made of: where its rows lie, how they are told, and what can be asked of them?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from dosing.models import Patient
from il2ward.audit.actor import Actor
from monitoring.interop.fhir.params import Condition, bad
from monitoring.selectors import reach

Resource = dict[str, Any]
# What one search asks: each parameter with its alternatives; all must hold, of the alternatives one.
Asked = Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Reader:
    """Who reads, and when: everything told lies within their reach."""

    actor: Actor
    at: datetime

    @cached_property
    def patients(self) -> QuerySet[Patient]:
        """The patients whose record they may read."""
        return reach.readable_patients(self.actor, self.at)


class Source(Protocol):
    """One place where resources of a type come from; ``tag`` begins their ids."""

    @property
    def tag(self) -> str:
        """What the ids begin with, "" for nothing."""

    def page(self, reader: Reader, asked: Asked, after: str, most: int) -> list[tuple[str, Resource]]:
        """Return up to ``most`` resources behind the one with key ``after`` ("": from the first), with their keys."""

    def one(self, reader: Reader, name: str) -> Resource | None:
        """Return the resource whose id is ``tag`` + ``name``; None when there is none in reach."""


@dataclass(frozen=True)
class RowSource:
    """Rows of a table, newest first by their key."""

    rows: Callable[[Reader], QuerySet[Any]]
    told: Callable[[Any], Resource]
    conditions: Mapping[str, Condition]
    key: Callable[[str], UUID | int | None]
    tag: str = ""

    def page(self, reader: Reader, asked: Asked, after: str, most: int) -> list[tuple[str, Resource]]:
        """Read one more page of the table, by key and never by offset: what arrives meanwhile shifts nothing."""
        rows = self.rows(reader)
        for name, values in asked:
            either = Q()
            for value in values:
                either |= self.conditions[name](value)
            rows = rows.filter(either)
        if after:
            rows = rows.filter(pk__lt=self._behind(after))
        return [(str(row.pk), self.told(row)) for row in rows.order_by("-pk")[:most]]

    def _behind(self, after: str) -> UUID | int:
        key = self.key(after)
        if key is None:
            raise bad("_cursor", after, "the cursor of a next link")
        return key

    def one(self, reader: Reader, name: str) -> Resource | None:
        """Read one row."""
        key = self.key(name)
        row = None if key is None else self.rows(reader).filter(pk=key).first()
        return None if row is None else self.told(row)


@dataclass(frozen=True)
class Param:
    """One search parameter: its FHIR type and what it looks at."""

    name: str
    kind: str
    about: str


@dataclass(frozen=True)
class Served:
    """One resource type. ``acts`` are what can be done, in SMART's letters (c r u s); ``needs`` must be asked by."""

    type: str
    about: str
    sources: tuple[Source, ...]
    params: tuple[Param, ...]
    acts: str = "rs"
    needs: tuple[str, ...] = ()
    admins_only: bool = False
    revincludes: tuple[str, ...] = field(default=())

    def find(self, reader: Reader, name: str) -> Resource | None:
        """Return the resource of that id; None when there is none in reach."""
        tagged = sorted(self.sources, key=lambda source: -len(source.tag))
        source = next((one for one in tagged if name.startswith(one.tag)), None)
        return None if source is None else source.one(reader, name.removeprefix(source.tag))
