"""How one fact gets in: stored once, put in line for grading, and made the current value, all or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dosing.models import Course, Patient
from dosing.selectors.whereabouts import open_course_of, ward_of
from dosing.services import courses
from dosing.services.people import require_clinician
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.identity import uuid7
from il2ward.live import services as live
from monitoring.models import Observation, PendingGrading, SenderVersion
from monitoring.selectors.meanings import Meanings
from monitoring.selectors.raw import judge
from monitoring.services import current_values, grading
from monitoring.services.correcting_rights import require_right


@dataclass(frozen=True, slots=True)
class NewObservation:
    """One fact as it came. ``observable`` "" means its code is not known (``sent_code`` says which it was).

    ``value`` is the number as text exactly as sent, "" for none; ``code`` is for coded inputs. ``external_id``
    and ``version`` are the sender's own; together with the sender they make it storable once only.
    ``replaces`` (or ``replaces_external_id``) names the observation this one corrects.
    """

    observable: str
    observed_at: datetime
    value: str = ""
    unit: str = ""
    comparator: str = ""
    code: str = ""
    sent_code: str = ""
    sent_system: str = ""
    range_low: str = ""
    range_high: str = ""
    status: str = "final"
    origin: str = "charted"
    interval_start: datetime | None = None
    external_id: str = ""
    version: str = ""
    replaces: UUID | None = None
    replaces_external_id: str = ""
    reason: str = ""
    unusable: str = ""


@dataclass(frozen=True, slots=True)
class RecordedObservation:
    """What became of one item: ``stored``, ``not_gradable`` (stored, ``why`` says the reason), ``repeated``
    (was here already; nothing stored) or ``conflict`` (same sender id and version, other content; not stored)."""

    observation: Observation
    result: str
    why: str = ""


@transaction.atomic
def record(
    *, patient: Patient, items: Sequence[NewObservation], actor: Actor, at: datetime
) -> list[RecordedObservation]:
    """Store ``items`` of one patient in one transaction and put them in line for grading.

    Locks the patient's open course; raises its ``evidence_seq`` by one when anything was stored. A device's
    repetition stores nothing. Raises ``UnknownCorrection`` when an item corrects an observation that is not
    this patient's, ``NotYoursToCorrect`` when it corrects one that is another's to correct. Before a person replaces
    anything, what waits is graded and judged as it stands: what holds a dose has held it.
    """
    if actor.user is not None:
        require_clinician(actor, patient, at)
    course = _lock_course_or_patient(patient)
    if actor.user is not None and course is not None and any(item.replaces for item in items):
        grading.grade_course(course_id=course.pk, at=at, by_worker=False)
    batch = _Batch(patient, actor, at)
    batch.learn(items)
    answers = [batch.take(item) for item in items]
    if batch.fresh:
        _store(batch, course)
    return answers


class UnknownCorrection(Exception):
    """An item says that it corrects an observation which this patient does not have."""


def _lock_course_or_patient(patient: Patient) -> Course | None:
    """Take the course's lock, or the patient's where no course is open, so that current values move one at a time."""
    course = open_course_of(patient)
    if course is None:
        Patient.objects.select_for_update().get(pk=patient.pk)
        return None
    return courses.locked(course.pk)


class _Batch:
    """The items of one call on their way in."""

    def __init__(self, patient: Patient, actor: Actor, at: datetime) -> None:
        self.patient, self.actor, self.at = patient, actor, at
        self.sender = f"device:{actor.device.pk}" if actor.device else f"user:{actor.user.pk if actor.user else 0}"
        self.meanings = Meanings(actor.device)
        self.fresh: list[Observation] = []
        self.versions: list[SenderVersion] = []
        self._seen: dict[tuple[str, str], tuple[str, Observation]] = {}
        self._newest: dict[str, Observation] = {}
        self._stored: dict[str, list[SenderVersion]] = {}

    def learn(self, items: Sequence[NewObservation]) -> None:
        """Look up what this sender's ids stand for already: once for the batch, not once for each item."""
        names = {name for item in items for name in (item.external_id, item.replaces_external_id) if name}
        rows = SenderVersion.objects.select_related("observation").filter(sender=self.sender, external_id__in=names)
        for row in rows.order_by("observation_id") if names else ():
            self._stored.setdefault(row.external_id, []).append(row)

    def take(self, item: NewObservation) -> RecordedObservation:
        """Turn one item into a row to insert, or recognise it as known."""
        digest = content_sha256(item, self.patient)
        known = self._known(item)
        if known is not None:
            same = known[0] == digest
            return RecordedObservation(
                known[1], "repeated" if same else "conflict", "" if same else "same id and version, other content"
            )
        observation = self._row(item)
        self.fresh.append(observation)
        if item.external_id:
            self._seen[item.external_id, item.version] = (digest, observation)
            self._newest[item.external_id] = observation
            self.versions.append(self._version(item, digest, observation))
        why = observation.not_gradable
        return RecordedObservation(observation, "not_gradable" if why else "stored", why)

    def _known(self, item: NewObservation) -> tuple[str, Observation] | None:
        if not item.external_id:
            return None
        if (here := self._seen.get((item.external_id, item.version))) is not None:
            return here
        row = next((one for one in self._stored.get(item.external_id, ()) if one.version == item.version), None)
        return (row.content_sha256, row.observation) if row else None

    def _version(self, item: NewObservation, digest: str, observation: Observation) -> SenderVersion:
        return SenderVersion(
            sender=self.sender,
            external_id=item.external_id,
            version=item.version,
            content_sha256=digest,
            observation=observation,
        )

    def _row(self, item: NewObservation) -> Observation:
        meant = self.meanings.of(item.observable, item.sent_system, item.sent_code, item.unit)
        observation = Observation(
            id=uuid7(self.at),
            patient=self.patient,
            site_id=self.patient.site_id,
            observable=meant.observable,
            sent_code=item.sent_code,
            sent_system=item.sent_system,
            value=item.value,
            comparator=item.comparator,
            unit=meant.unit,
            code=item.code,
            range_low=item.range_low,
            range_high=item.range_high,
            status=item.status,
            origin=item.origin,
            observed_at=item.observed_at,
            interval_start=item.interval_start,
            recorded_at=self.at,
            recorded_by=self.actor.user,
            device=self.actor.device,
            replaces=self._corrected(item),
            reason="; ".join(one for one in (item.reason, meant.said) if one)[:200],
        )
        observation.not_gradable, observation.unlikely = judge(observation)
        if item.unusable:
            observation.not_gradable = item.unusable
        return observation

    def _corrected(self, item: NewObservation) -> Observation | None:
        """The standing row this item corrects: the one it names, or its sender's last version of the same id."""
        if item.replaces is not None:
            found = Observation.objects.filter(pk=item.replaces, patient=self.patient).first()
        else:
            found = self._earlier_version(item.replaces_external_id or item.external_id)
        if found is None and (item.replaces is not None or item.replaces_external_id):
            raise UnknownCorrection(str(item.replaces or item.replaces_external_id))
        standing = self._standing(found)
        if standing is not None:
            require_right(self.actor, standing, status=item.status)
        return standing

    def _earlier_version(self, external_id: str) -> Observation | None:
        if not external_id:
            return None
        if (here := self._newest.get(external_id)) is not None:
            return here
        known = [row for row in self._stored.get(external_id, ()) if row.observation.patient_id == self.patient.pk]
        return known[-1].observation if known else None

    def _standing(self, row: Observation | None) -> Observation | None:
        """Follow corrections of corrections to the row that stands now, so that none is corrected twice."""
        while row is not None:
            later = next((new for new in self.fresh if new.replaces_id == row.pk), None)
            later = later or Observation.objects.filter(replaces=row).first()
            if later is None:
                return row
            row = later
        return None


def content_sha256(item: NewObservation, patient: Patient) -> str:
    """Tell a replay from a reuse of the sender's id: the hash of everything clinical in the item, as it was sent."""
    content = [
        str(patient.pk), item.observable, item.sent_code, item.value, item.unit, item.comparator, item.code,
        item.status, item.observed_at.isoformat(), item.interval_start.isoformat() if item.interval_start else "",
        item.range_low, item.range_high,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _store(batch: _Batch, course: Course | None) -> None:
    """Insert the batch with its outbox rows, move the current values, and tell whoever waits, after commit."""
    Observation.objects.bulk_create(batch.fresh)
    SenderVersion.objects.bulk_create(batch.versions)
    PendingGrading.objects.bulk_create(
        PendingGrading(observation=row, patient=batch.patient, course=course, since_at=batch.at) for row in batch.fresh
    )
    current_values.move(batch.patient, batch.fresh)
    _note(batch, course)
    if course is not None:
        courses.evidence_arrived(course, batch.at)
        live.wake(courses.GRADE_COURSE, course_id=course.pk)
    live.changed(ward_id=ward_of(batch.patient), at=batch.at)


def _note(batch: _Batch, course: Course | None) -> None:
    audit.append(
        event="observations.recorded",
        actor=batch.actor,
        at=batch.at,
        subject="patient",
        subject_id=str(batch.patient.pk),
        patient_id=str(batch.patient.pk),
        course_id=course.pk if course else None,
        site_id=batch.patient.site_id,
        body={"observations": [_audited(row) for row in batch.fresh]},
    )


def _audited(row: Observation) -> dict[str, str]:
    """What the chain must be able to prove of one observation: its id and the hash of what it says."""
    said = "|".join((row.observable, row.sent_code, row.comparator, row.value, row.code, row.unit, row.status))
    content = f"{said}|{row.observed_at.isoformat()}|{row.replaces_id or ''}"
    return {"id": str(row.pk), "sha256": hashlib.sha256(content.encode()).hexdigest()}
