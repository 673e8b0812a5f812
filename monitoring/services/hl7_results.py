"""How do results that name themselves get in, whatever order their corrections and repetitions come in?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import QuerySet

from dosing.models import Patient
from dosing.selectors.whereabouts import open_course_of
from dosing.services import courses
from il2ward.audit.actor import Actor
from monitoring.models import Observation, SenderVersion
from monitoring.services import observations
from monitoring.services.observations import NewObservation, content_sha256

SENT_AT = "%Y%m%dT%H%M%SZ"
LENGTH_OF_SENT_AT = 16
LENGTH_OF_NAME = 40


@dataclass(frozen=True, slots=True)
class Result:
    """One fact with its sender's ``name`` for it; of two versions the one ``sent_at`` later counts.

    ``corrects``: it may change one observed at another time. ``pending``: nothing found yet. ``confirms``: what was
    sent before is final, and the value is not repeated.
    """

    item: NewObservation
    name: str
    sent_at: datetime
    corrects: bool = False
    pending: bool = False
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the results: how many are new, not gradable, here already, outdated, or said nothing."""

    stored: int = 0
    not_gradable: int = 0
    repeated: int = 0
    outdated: int = 0
    nothing: int = 0

    @property
    def notes(self) -> list[str]:
        """In words, only what there was."""
        counted = (
            (self.stored, "stored"), (self.not_gradable, "stored but not gradable"), (self.repeated, "here already"),
            (self.outdated, "older than what is here"), (self.nothing, "without a result"),
        )  # fmt: skip
        return [f"{number} {word}" for number, word in counted if number]


@transaction.atomic
def record(*, patient: Patient, results: Sequence[Result], actor: Actor, at: datetime) -> Taken:
    """Store the results that are new to us, a newer version in place of the one that stands.

    The patient's open course is locked first, so that two connections see each other's versions.
    """
    if (course := open_course_of(patient)) is not None:
        courses.locked(course.pk)
    known = _Known(patient, actor, results)
    items, counted = [], {"repeated": 0, "outdated": 0, "nothing": 0}
    for result in results:
        verdict, item = known.judge(result)
        if item is None:
            counted[verdict] += 1
        else:
            items.append(item)
    recorded = observations.record(patient=patient, items=items, actor=actor, at=at) if items else []
    words = [one.result for one in recorded]
    counted["repeated"] += words.count("repeated")
    return Taken(stored=words.count("stored"), not_gradable=words.count("not_gradable"), **counted)


class _Known:
    """What this sender's names stand for already."""

    def __init__(self, patient: Patient, actor: Actor, results: Sequence[Result]) -> None:
        self.patient = patient
        self.sender = f"device:{actor.device.pk}" if actor.device else f"user:{actor.user.pk if actor.user else 0}"
        names = [self._external_id(result) for result in results]
        self.newest: dict[str, SenderVersion] = {}
        self.versions: dict[str, int] = {}
        self._learn(SenderVersion.objects.filter(sender=self.sender, external_id__in=names))

    def _learn(self, rows: QuerySet[SenderVersion]) -> None:
        for row in rows.select_related("observation").order_by("pk"):
            self.newest[row.external_id] = row
            self.versions[row.external_id] = self.versions.get(row.external_id, 0) + 1

    def judge(self, result: Result) -> tuple[str, NewObservation | None]:
        """Return the fact to store, or None with the word that says why not."""
        name = self._external_id(result)
        standing = self.newest.get(name) or (self._elsewhere(result) if result.corrects else None)
        if standing is None:
            if result.pending or result.confirms:
                return "nothing", None
            return "stored", self._item(result.item, name, result.sent_at)
        if f"{result.sent_at.astimezone(UTC):{SENT_AT}}" < standing.version[:LENGTH_OF_SENT_AT]:
            return "outdated", None
        item = _confirmed(result.item, standing.observation) if result.confirms else result.item
        item = self._item(item, standing.external_id, result.sent_at)
        if content_sha256(item, self.patient) == standing.content_sha256:
            return "repeated", None
        return "stored", item

    def _external_id(self, result: Result) -> str:
        """The same name is used of several patients and at several times; the kept one is of one of each."""
        return f"{self._of_name(result)}{result.item.observed_at.astimezone(UTC):{SENT_AT}}"

    def _of_name(self, result: Result) -> str:
        own = hashlib.sha256(f"{self.patient.pk}|{result.name}".encode()).hexdigest()[:LENGTH_OF_NAME]
        return f"hl7:{own}:"

    def _elsewhere(self, result: Result) -> SenderVersion | None:
        """The one result of that name observed at another time; None when there is none, or several."""
        rows = SenderVersion.objects.filter(sender=self.sender, external_id__startswith=self._of_name(result))
        names = set(rows.values_list("external_id", flat=True))
        if len(names) != 1:
            return None
        if not names & self.versions.keys():
            self._learn(rows)
        return self.newest[names.pop()]

    def _item(self, item: NewObservation, external_id: str, sent_at: datetime) -> NewObservation:
        version = f"{sent_at.astimezone(UTC):{SENT_AT}}-{self.versions.get(external_id, 0) + 1}"
        return replace(item, external_id=external_id, version=version)


def _confirmed(item: NewObservation, standing: Observation) -> NewObservation:
    """What stands, with the new status."""
    return replace(
        item, observable=standing.observable, sent_code=standing.sent_code, sent_system=standing.sent_system,
        value=standing.value, comparator=standing.comparator, unit=standing.unit, code=standing.code,
        range_low=standing.range_low, range_high=standing.range_high, observed_at=standing.observed_at,
        interval_start=standing.interval_start, unusable="",
    )  # fmt: skip
