"""What was charted of a patient, each fact once with every version of it, and what may whoever looks put right?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from dosing.models import Course
from dosing.selectors.courses import active_cycle_of, rules_of
from monitoring.domain.correcting import Right, advice_on_value, right_to_value
from monitoring.domain.observable import Category
from monitoring.models import Observation
from monitoring.selectors import board_words as words
from monitoring.selectors.board_values import WITHDRAWN, text_of
from monitoring.selectors.chains import earlier_of
from monitoring.selectors.course_page import LATE
from monitoring.selectors.predose_forms import OTHER_UNITS, OVER_AN_INTERVAL
from monitoring.selectors.raw import released_observables

MOST, MOST_SKIPPED = 40, 100_000
SPANS: Mapping[str, str] = {
    "24h": "Last 24 hours", "72h": "Last 3 days", "cycle": "This cycle", "all": "Everything"
}  # fmt: skip
HOURS = {"24h": timedelta(hours=24), "72h": timedelta(hours=72)}
DAY_BEFORE = timedelta(hours=24)
# Without the monitors' own rows, of which there may be hundreds an hour, unless they are asked for.
BY: Mapping[str, str] = {
    "": "Everybody but the monitors", "charted": "People", "laboratory": "Laboratory", "device": "Monitors"
}  # fmt: skip
# The course's own words for a value's status where it is not simply final.
STATUS_WORDS = {"preliminary": "preliminary", "cancelled": "cancelled by its sender"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be listed: keys of ``SPANS`` and ``BY``, an observable or "" for all, and how many to pass over."""

    span: str = "24h"
    by: str = ""
    observable: str = ""
    skip: int = 0


@dataclass(frozen=True, slots=True)
class ValueVersion:
    """One version as it was told. ``number`` counts from 1; ``why``: why it took the place of the one before.

    ``is_void``: it says that the value never was. ``entered_late``: told more than 15 minutes after it was measured.
    """

    row: Observation
    number: int
    text: str
    unit: str
    who: str
    why: str
    note: str
    is_void: bool
    entered_late: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One charted value, its newest version first. ``right`` is of whoever looks, ``advice`` whom they ask instead."""

    id: str
    name: str
    versions: tuple[ValueVersion, ...]
    right: Right
    advice: str

    @property
    def newest(self) -> ValueVersion:
        return self.versions[0]

    @property
    def earlier(self) -> tuple[ValueVersion, ...]:
        """What was replaced, newest first."""
        return self.versions[1:]

    @property
    def is_taken_back(self) -> bool:
        return self.newest.is_void


@dataclass(frozen=True, slots=True)
class Charted:
    """One page of facts, newest first, measured after ``since`` (None: ever); ``observables`` are those there are."""

    wanted: Wanted
    since: datetime | None
    facts: tuple[Fact, ...]
    has_more: bool
    observables: tuple[tuple[str, str], ...]

    @property
    def advice(self) -> str:
        """Whom to ask about what whoever looks may not correct, said once for the page; "" when there is no such."""
        return next((one.advice for one in self.facts if one.advice), "")

    @property
    def next_skip(self) -> int:
        """How many to pass over on the next page."""
        return self.wanted.skip + MOST


def since_of(course: Course, span: str, at: datetime) -> datetime | None:
    """Return where the stretch begins (exclusive); None: with the first value that was ever charted.

    A cycle begins a day before its first dose is due; a course without one, a day before it was opened.
    """
    if span in HOURS:
        return at - HOURS[span]
    if span == "all":
        return None
    cycle = active_cycle_of(course)
    return (cycle.starts_at if cycle is not None else course.opened_at) - DAY_BEFORE


def charted_of(course: Course, wanted: Wanted, at: datetime, *, is_physician: bool) -> Charted:
    """Return the facts that stand or were taken back, by when they were measured; in a fixed number of queries."""
    since = since_of(course, wanted.span, at)
    there = _standing(course, wanted, since)
    rows = there.filter(observable=wanted.observable) if wanted.observable else there
    shown = rows.select_related("recorded_by", "device").order_by("-observed_at", "-id")
    found = list(shown[wanted.skip : wanted.skip + MOST + 1])
    earlier = earlier_of(found[:MOST])
    keys = there.exclude(observable="").order_by().values_list("observable", flat=True).distinct()
    return Charted(
        wanted=wanted,
        since=since,
        facts=tuple(_fact(row, earlier[row.pk], is_physician=is_physician) for row in found[:MOST]),
        has_more=len(found) > MOST,
        observables=tuple(sorted(((key, words.observable(key)) for key in keys), key=lambda pair: pair[1])),
    )


def _standing(course: Course, wanted: Wanted, since: datetime | None) -> QuerySet[Observation]:
    rows = Observation.objects.filter(patient=course.patient_id, replaced_by__isnull=True)
    if since is not None:
        rows = rows.filter(observed_at__gt=since)
    return rows.filter(origin=wanted.by) if wanted.by else rows.exclude(origin="device")


def _fact(row: Observation, earlier: Sequence[Observation], *, is_physician: bool) -> Fact:
    rows = [row, *earlier]
    versions = tuple(_version(one, len(rows) - place) for place, one in enumerate(rows))
    right = right_to_value(is_physician=is_physician, was_sent=any(one.device_id for one in rows))
    return Fact(
        id=str(rows[-1].pk),
        name=words.observable(row.observable) if row.observable else f"Unknown: {row.sent_code or 'no code'}",
        versions=versions,
        right=Right.NONE if versions[0].is_void else right,
        advice="" if versions[0].is_void else advice_on_value(right),
    )


def _version(row: Observation, number: int) -> ValueVersion:
    return ValueVersion(
        row=row,
        number=number,
        text=text_of(row),
        unit=words.unit(row.unit),
        who=_who(row),
        why=row.reason if row.replaces_id else "",
        note=_note(row),
        is_void=row.status in WITHDRAWN,
        entered_late=row.recorded_at - row.observed_at > LATE,
    )


def _who(row: Observation) -> str:
    if row.device is None:
        return str(row.recorded_by)
    origin, name = words.ORIGINS.get(row.origin, row.origin), str(row.device)
    return name if name.lower() == origin else f"{origin} ({name})"


def _note(row: Observation) -> str:
    """What is special about a version, apart from what took its place; "" for nothing."""
    said = [STATUS_WORDS.get(row.status, ""), f"not graded: {row.not_gradable}" if row.not_gradable else ""]
    said.append("unlikely: check" if row.unlikely else "")
    return "; ".join(one for one in said if one)


def forms_of(course: Course, facts: Sequence[Fact]) -> dict[str, dict[str, Any]]:
    """What the page's script needs to fill the form of each fact that may be put right or taken back, by its id."""
    codes = {name: rule.codes for name, rule in rules_of(course).inputs.value.inputs.items()}
    return {one.id: _form(one, codes) for one in facts if one.right is not Right.NONE}


def _form(fact: Fact, codes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    row = fact.newest.row
    known = released_observables().get(row.observable)
    units = dict.fromkeys(
        [row.unit, *([known.unit] if known and known.unit else []), *OTHER_UNITS.get(row.observable, ())]
    )
    return {
        "seen": fact.newest.number,
        "name": fact.name,
        "stands": f"{fact.newest.text} {fact.newest.unit}".strip(),
        "value": f"{row.comparator}{row.value}",
        "code": row.code,
        "codes": [[code, words.DEVICES.get(code, code.replace("_", " "))] for code in codes.get(row.observable, ())],
        "units": [[unit, words.unit(unit) or "no unit"] for unit in units],
        "observed_at": row.observed_at.isoformat(),
        "interval_start": row.interval_start.isoformat() if row.interval_start else "",
        "takes_interval": row.observable in OVER_AN_INTERVAL,
        "takes_range": known is not None and known.category is Category.LABORATORY,
        "range_high": row.range_high,
    }
