"""How does a person give a sender's own code or unit a meaning, and what becomes of what came before?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from dosing.models import Patient
from dosing.services.people import require_keeper
from dosing.services.refusals import Invalid
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import Device, User
from monitoring.models import Observation, SenderMeaning, SenderVersion
from monitoring.selectors.meanings import UNKNOWN_CODE, UNKNOWN_UNIT, codes_of, read_as, standing, units_of
from monitoring.selectors.raw import released_observables
from monitoring.services import observations
from monitoring.services.observations import NewObservation
from monitoring.services.several_patients import in_one_order

LEAST_REASON = 5
NO_WORDS = frozenset({"", "none"})


class NoSuchMeaning(Invalid):
    """The word cannot mean that."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of one device: a code in its system, or a unit sent for an observable."""

    device: Device
    kind: str
    context: str
    word: str


@transaction.atomic
def give_meaning(*, word: Word, meaning: str, reason: str, actor: Actor, at: datetime) -> int:
    """Say what the word stands for from now on ("" takes it back), and store anew what came with it, as its sender's.

    An admin's or physician's act. Returns how many results were stored anew; each replaces the one that stood, so that
    all of it is graded again. Raises ``NotAllowed`` or ``NoSuchMeaning``.
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
    anew = _store_anew(word, meaning, before, person, at=at)
    audit.append(
        event="sender_meaning.given", actor=actor, at=at, subject="device", subject_id=word.device.pk,
        site_id=word.device.site_id,
        body={"kind": word.kind, "context": word.context, "word": word.word, "meaning": meaning, "before": before,
              "reason": reason.strip(), "stored_anew": anew},
    )  # fmt: skip
    return anew


def _require_sense(word: Word, meaning: str, reason: str) -> None:
    observables = released_observables()
    if len(reason.strip()) < LEAST_REASON:
        raise NoSuchMeaning("Say how you know: the sender's list and its date.")
    if word.kind not in SenderMeaning.KINDS or word.word in NO_WORDS or word.word.endswith("…"):
        raise NoSuchMeaning("This word names nothing in particular; the sender must send a code.")
    if word.kind == "code":
        if meaning and observables.get(meaning) is None:
            raise NoSuchMeaning("Choose one of the observables.")
        return
    measured = observables.get(word.context)
    if measured is None or (meaning and observables.unit(measured, meaning) is None):
        raise NoSuchMeaning("Choose a unit that is accepted for this observable.")
    if observables.unit(measured, word.word) is not None:
        raise NoSuchMeaning("This unit is known already.")


def _known(word: Word) -> str:
    said = codes_of(word.device) if word.kind == "code" else units_of(word.device)
    return said.get((word.context, word.word), "")


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
