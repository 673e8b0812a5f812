"""How does a person give a sender's own code, unit or place a meaning, and what becomes of the results that came?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from dosing.models import Patient
from dosing.services.people import require_keeper
from dosing.services.refusals import Invalid
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import Device, User, Ward
from monitoring.models import Observation, SenderMeaning, SenderVersion
from monitoring.selectors import sender_places
from monitoring.selectors.meanings import UNKNOWN_CODE, UNKNOWN_UNIT, read_as, standing, words_of
from monitoring.selectors.raw import released_observables
from monitoring.services import observations
from monitoring.services.observations import NewObservation
from monitoring.services.several_patients import in_one_order

LEAST_REASON = 5
NO_WORDS = frozenset({"", "none"})
PLACES = ("ward", "bed")


class NoSuchMeaning(Invalid):
    """The word cannot mean that."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of one device: a code in its system, a unit sent for an observable, a ward, or a bed of a ward."""

    device: Device
    kind: str
    context: str
    word: str


@transaction.atomic
def give_meaning(*, word: Word, meaning: str, reason: str, actor: Actor, at: datetime) -> int:
    """Say what the word stands for from now on ("" takes it back), and store anew what came with it, as its sender's.

    An admin's or physician's act. Returns how many results were stored anew; each replaces the one that stood, so that
    all of it is graded again. A place changes no result. Raises ``NotAllowed`` or ``NoSuchMeaning``.
    """
    person = require_keeper(
        actor,
        word.device.site_id,
        refused="What a sender's words mean is said by an admin or a physician of the hospital.",
        elsewhere="This device belongs to another hospital.",
    )
    _require_sense(word, meaning, reason)
    before = _known(word)
    # Kept first: what is stored anew must be read by it, not by the one before.
    SenderMeaning.objects.create(
        device=word.device, kind=word.kind, context=word.context, word=word.word, meaning=meaning,
        reason=reason.strip()[:300], by=person, at=at,
    )  # fmt: skip
    anew = 0 if word.kind in PLACES else _store_anew(word, meaning, before, person, at=at)
    audit.append(
        event="sender_meaning.given", actor=actor, at=at, subject="device", subject_id=word.device.pk,
        site_id=word.device.site_id,
        body={"kind": word.kind, "context": word.context, "word": word.word, "meaning": meaning, "before": before,
              "reason": reason.strip(), "stored_anew": anew},
    )  # fmt: skip
    return anew


def _require_sense(word: Word, meaning: str, reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise NoSuchMeaning("Say how you know: the sender's list and its date.")
    if word.kind not in SENSE or word.word in NO_WORDS or word.word.endswith("…"):
        raise NoSuchMeaning("This word names nothing in particular; the sender must send a code.")
    SENSE[word.kind](word, meaning)


def _as_code(_: Word, meaning: str) -> None:
    if meaning and released_observables().get(meaning) is None:
        raise NoSuchMeaning("Choose one of the observables.")


def _as_unit(word: Word, meaning: str) -> None:
    observables = released_observables()
    measured = observables.get(word.context)
    if measured is None or (meaning and observables.unit(measured, meaning) is None):
        raise NoSuchMeaning("Choose a unit that is accepted for this observable.")
    if observables.unit(measured, word.word) is not None:
        raise NoSuchMeaning("This unit is known already.")


def _as_ward(word: Word, meaning: str) -> None:
    if word.context or (meaning and not Ward.objects.filter(site_id=word.device.site_id, code=meaning).exists()):
        raise NoSuchMeaning("Choose one of your wards.")


def _as_bed(word: Word, meaning: str) -> None:
    bed = sender_places.bed_at(word.device.site_id, meaning)
    if meaning and (bed is None or word.context not in ("", bed.ward.code)):
        raise NoSuchMeaning("Choose a bed of that ward.")


SENSE: dict[str, Callable[[Word, str], None]] = {
    "code": _as_code, "unit": _as_unit, "ward": _as_ward, "bed": _as_bed,
}  # fmt: skip


def _known(word: Word) -> str:
    return words_of(word.device, word.kind).get((word.context, word.word), "")


def _store_anew(word: Word, meaning: str, before: str, person: User, *, at: datetime) -> int:
    by_patient: dict[Patient, list[Observation]] = {}
    for row in _waiting(word, meaning, before).select_related("patient").order_by("pk"):
        by_patient.setdefault(row.patient, []).append(row)
    for patient in in_one_order(by_patient):
        items = [_item(row, word, meaning, person) for row in by_patient[patient]]
        observations.record(patient=patient, items=items, actor=Actor(device=word.device), at=at)
    return sum(len(rows) for rows in by_patient.values())


def _waiting(word: Word, meaning: str, before: str) -> QuerySet[Observation]:
    """What stands under the word and would be read otherwise now."""
    rows = standing(word.device)
    if word.kind == "code":
        return rows.filter(sent_system=word.context, sent_code=word.word).exclude(observable=meaning)
    rows = rows.filter(observable=word.context)
    if before:
        return rows.filter(unit=before, reason__contains=read_as(word.word, before))
    return rows.filter(unit=word.word, not_gradable__startswith=UNKNOWN_UNIT)


def _item(row: Observation, word: Word, meaning: str, person: User) -> NewObservation:
    """The same fact, read with the word's meaning; it keeps its sender's name for it, as a later version."""
    observable = meaning if word.kind == "code" else row.observable
    unit = (meaning or word.word) if word.kind == "unit" else row.unit
    said = read_as(word.word, meaning) if word.kind == "unit" else f"code {word.word} read as {meaning or 'unknown'}"
    version = SenderVersion.objects.filter(observation=row).first()
    again = row.not_gradable if not row.not_gradable.startswith((UNKNOWN_CODE, UNKNOWN_UNIT)) else ""
    return NewObservation(
        observable=observable, observed_at=row.observed_at, value=row.value, unit=unit, comparator=row.comparator,
        code=row.code, sent_code=row.sent_code, sent_system=row.sent_system, range_low=row.range_low,
        range_high=row.range_high, status=row.status, origin=row.origin, interval_start=row.interval_start,
        external_id=version.external_id if version else "", version=_next(version), replaces=row.pk,
        reason=f"{said}, said by {person}"[:200], unusable=again if _still_true(again) else "",
    )  # fmt: skip


def _still_true(why: str) -> bool:
    """Whether what spoke against the value was said by its message, not judged from its code or unit."""
    return bool(why) and not why.startswith(
        ("not a number", "impossible", "limits do not fit", "no interval", "no dosing weight")
    )


def _next(version: SenderVersion | None) -> str:
    return f"{version.version}m"[-40:] if version else ""
