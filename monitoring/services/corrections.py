"""How is one observation put right by somebody who saw a certain version of it, and only that one?"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from django.db import transaction

from dosing.models import Course, Patient
from dosing.selectors.whereabouts import open_course_of
from dosing.services import courses
from dosing.services.reasons import A_FEW_WORDS, require_text
from dosing.services.refusals import ImpossibleTime, Invalid, Refused
from dosing.services.trail import note_course, note_patient
from il2ward.audit.actor import Actor
from monitoring.domain.standing import VOID
from monitoring.models import Observation
from monitoring.selectors import chains
from monitoring.selectors.senders import FUTURE
from monitoring.services import observations
from monitoring.services.observations import NewObservation

TAKEN_BACK = "entered-in-error"
# A value that belongs to quite another day is another fact: the one is taken back, the other charted.
FURTHEST = timedelta(days=7)


class AnotherVersionStands(Refused):
    """The observation has another version than the one that was seen; ``version`` is the one that stands."""

    def __init__(self, version: int) -> None:
        super().__init__("Another version stands by now. Load the page again and look at it first.")
        self.version = version


class TakenBackAlready(Refused):
    """The value was taken back; nothing of it is left to correct."""


class NothingChanged(Invalid):
    """The new version would say what the old one says."""


class StillNotUsable(Invalid):
    """The new version could not be graded."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the next version says otherwise; None: as it stands. A new ``value`` without a ``comparator`` is exact."""

    value: str | None = None
    code: str | None = None
    comparator: str | None = None
    unit: str | None = None
    range_low: str | None = None
    range_high: str | None = None
    observed_at: datetime | None = None
    interval_start: datetime | None = None


@transaction.atomic
def correct(*, first: Observation, seen: int, item: NewObservation, actor: Actor, at: datetime) -> Observation:
    """Store ``item`` as what replaces version ``seen`` of the observation that began as ``first``.

    Takes the lock that ``observations.record`` takes, so of two who saw the same version one is refused. Raises
    AnotherVersionStands.
    """
    standing, _ = _seen(first, seen)
    return _stored(standing, item, actor, at)


@transaction.atomic
def put_right(*, first: Observation, seen: int, change: Change, reason: str, actor: Actor, at: datetime) -> Observation:
    """Store the next version of what people charted: version ``seen`` with ``change``, and why (5 characters or more).

    Raises AnotherVersionStands, TakenBackAlready, NotYoursToCorrect, NothingChanged, ImpossibleTime (ahead of now, or
    more than a week from where it stood) and StillNotUsable. A hold that the old value caused stays a physician's to
    release: ``record`` has it judged before it is replaced.
    """
    standing, course = _seen(first, seen)
    _require_standing(standing)
    item = replace(_changed(standing, change), reason=require_text(reason, at_least=A_FEW_WORDS))
    _require_possible(standing, item, at)
    row = _stored(standing, item, actor, at)
    if row.not_gradable:
        raise StillNotUsable(f"It could not be used so: {row.not_gradable}. Nothing was changed.")
    _note(row, standing, course, "observation.corrected", actor, at)
    return row


@transaction.atomic
def take_back(*, first: Observation, seen: int, reason: str, actor: Actor, at: datetime) -> Observation:
    """Keep that version ``seen`` never was, and why; what is left is missing, or what was measured before it.

    Raises AnotherVersionStands, TakenBackAlready and NotYoursToCorrect: a nurse takes back what people charted, a
    physician also what was sent.
    """
    standing, course = _seen(first, seen)
    _require_standing(standing)
    said = require_text(reason, at_least=A_FEW_WORDS)
    row = _stored(standing, replace(_as_it_stands(standing), status=TAKEN_BACK, reason=said), actor, at)
    _note(row, standing, course, "observation.taken_back", actor, at)
    return row


def _seen(first: Observation, seen: int) -> tuple[Observation, Course | None]:
    """Lock, and return version ``seen`` with the patient's open course, if any; raises AnotherVersionStands."""
    course = open_course_of(first.patient)
    if course is None:
        Patient.objects.select_for_update().get(pk=first.patient_id)
    else:
        courses.locked(course.pk)
    versions = chains.versions_of(first)
    if len(versions) != seen:
        raise AnotherVersionStands(len(versions))
    return versions[-1], course


def _stored(standing: Observation, item: NewObservation, actor: Actor, at: datetime) -> Observation:
    named = replace(item, replaces=standing.pk)
    return observations.record(patient=standing.patient, items=[named], actor=actor, at=at)[0].observation


def _require_standing(standing: Observation) -> None:
    if standing.status in VOID:
        raise TakenBackAlready("It was taken back already. If it was right after all, chart it again.")


def _as_it_stands(row: Observation) -> NewObservation:
    return NewObservation(
        observable=row.observable, observed_at=row.observed_at, value=row.value, unit=row.unit, code=row.code,
        comparator=row.comparator, sent_code=row.sent_code, sent_system=row.sent_system, range_low=row.range_low,
        range_high=row.range_high, origin=row.origin, interval_start=row.interval_start,
    )  # fmt: skip


def _changed(standing: Observation, change: Change) -> NewObservation:
    """The next version; raises NothingChanged."""
    stood = _as_it_stands(standing)
    given = {one.name: said for one in fields(change) if (said := getattr(change, one.name)) is not None}
    if "value" in given:
        given.setdefault("comparator", "")
    item = replace(stood, **given)
    if item == stood:
        raise NothingChanged("It says that already. Change the value, its unit or its time, or take it back.")
    return replace(item, status="corrected")


def _require_possible(standing: Observation, item: NewObservation, at: datetime) -> None:
    if item.observed_at > at + FUTURE:
        raise ImpossibleTime("It cannot have been measured later than now.")
    if abs(item.observed_at - standing.observed_at) > FURTHEST:
        raise ImpossibleTime("That is more than a week from where it stood. Take it back and chart it anew.")
    if item.interval_start is not None and item.interval_start >= item.observed_at:
        raise ImpossibleTime("A volume is collected from an earlier time until a later one.")


def _note(
    row: Observation, standing: Observation, course: Course | None, event: str, actor: Actor, at: datetime
) -> None:
    """Tell the correction itself in the log, beside the fact that ``record`` has told."""
    body = {
        "id": str(row.pk), "replaces": str(standing.pk), "observable": row.observable, "reason": row.reason,
        "old": _told(standing), "new": _told(row),
    }  # fmt: skip
    if course is None:
        note_patient(row.patient, event, actor=actor, at=at, body=body)
    else:
        note_course(course, event, actor=actor, at=at, body=body, subject="observation", subject_id=row.pk)


def _told(row: Observation) -> dict[str, str]:
    value = f"{row.comparator}{row.value}" or row.code
    return {"value": value, "unit": row.unit, "observed_at": row.observed_at.isoformat()}
