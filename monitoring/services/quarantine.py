"""How does a message that could not be attached to anybody wait, and who may settle it, how?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from dosing.models import Patient
from dosing.services.people import CLINICAL, require_clinician
from dosing.services.refusals import Invalid, NotAllowed, Refused
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import User
from monitoring.domain.identity import Claim
from monitoring.models import Hl7Message, QuarantinedMessage, QuarantineSettlement
from monitoring.services import hl7_results
from monitoring.services.hl7_results import Result, Taken

LEAST_REASON = 10
# What a person can put right by saying whom it is about; the rest can only be sent anew or discarded.
ABOUT_THE_PERSON = frozenset({"unknown_patient", "other_person", "no_identifier", "several_patients"})


class AlreadySettled(Refused):
    """Somebody has settled this message in the meantime."""


class ReasonMissing(Invalid):
    """No reason was given that another person could follow."""


class SecondPersonNeeded(Invalid):
    """Two different people must say whom a message is about."""


def put(
    message: Hl7Message, *, reason: str, where: str, why: str, claim: Claim | None, actor: Actor, at: datetime
) -> QuarantinedMessage:
    """Let a kept message wait; call it in the transaction that kept it. ``claim`` None: it speaks of nobody."""
    row = QuarantinedMessage.objects.create(
        site_id=message.device.site_id, message=message, reason=reason, where=where[:24], why=why[:300],
        identifier=(claim.numbers[0] if claim and claim.numbers else "")[:120],
        name=(claim.shown if claim else "")[:200],
        birth_date=claim.birth_date.isoformat() if claim and claim.birth_date else "", put_at=at,
    )  # fmt: skip
    _note(row, "quarantine.put", actor=actor, at=at, body={"reason": reason, "where": where})
    return row


@transaction.atomic
def assign(
    *,
    quarantined: QuarantinedMessage,
    patient: Patient,
    results: Sequence[Result],
    second: User,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Taken:
    """Say whom the message is about and store its ``results`` as its sender's, by two clinicians of that ward.

    ``second`` has proven to be present before. Raises ``NotAllowed`` and its like, ``SecondPersonNeeded``,
    ``ReasonMissing``, ``AlreadySettled``.
    """
    _require_open(quarantined)
    user = require_clinician(actor, patient, at)
    require_clinician(Actor(user=second), patient, at)
    if second.pk == user.pk:
        raise SecondPersonNeeded("A second person must confirm whom the message is about.")
    if quarantined.reason not in ABOUT_THE_PERSON or patient.site_id != quarantined.site_id:
        raise Invalid("This message cannot be given to a patient; have it sent anew, or discard it.")
    said = _reason(reason)
    # The course is locked before the log's head.
    taken = _take(quarantined, patient, results, at=at)
    _settle(quarantined, "assigned", by=user, at=at, patient=patient, second=second, reason=said)
    return taken


@transaction.atomic
def take(
    *, quarantined: QuarantinedMessage, patient: Patient, results: Sequence[Result], actor: Actor, at: datetime
) -> Taken:
    """Store the results of a message that by now matches ``patient`` by number, birth date and name."""
    _require_open(quarantined)
    user = require_clinician(actor, patient, at)
    taken = _take(quarantined, patient, results, at=at)
    _settle(quarantined, "taken", by=user, at=at, patient=patient)
    return taken


@transaction.atomic
def follow(*, quarantined: QuarantinedMessage, patient: Patient | None, note: str, actor: Actor, at: datetime) -> None:
    """Settle a message whose place is known by now and which was done as its sender's; ``note`` says what was done.

    Staff of the hospital; call it in the transaction of what was done.
    """
    _require_open(quarantined)
    _settle(quarantined, "taken", by=_staff_of(quarantined.site_id, actor), at=at, patient=patient, reason=note[:300])


@transaction.atomic
def follow_kept(*, message: Hl7Message, patient: Patient | None, note: str, actor: Actor, at: datetime) -> None:
    """Log that a message which named a place of others, and was kept for that, was done by now.

    Staff of the hospital; call it in the transaction of what was done.
    """
    _staff_of(message.device.site_id, actor)
    _log(message, "hl7_message.followed", actor=actor, at=at, body={"note": note}, patient=patient)


def _staff_of(site_id: int, actor: Actor) -> User:
    user = actor.user
    if user is None or not user.is_active or user.site_id != site_id:
        raise NotAllowed("Somebody of the hospital has its messages looked at again.")
    return user


@transaction.atomic
def discard(*, quarantined: QuarantinedMessage, reason: str, actor: Actor, at: datetime) -> None:
    """Settle a message that nobody needs; it stays readable, with the reason. Nurses and physicians of the site."""
    _require_open(quarantined)
    user = actor.user
    if user is None or not user.is_active or user.role not in CLINICAL or user.site_id != quarantined.site_id:
        raise NotAllowed("A nurse or physician of the hospital discards a message.")
    _settle(quarantined, "discarded", by=user, at=at, reason=_reason(reason))


def _take(quarantined: QuarantinedMessage, patient: Patient, results: Sequence[Result], *, at: datetime) -> Taken:
    return hl7_results.record(
        patient=patient, results=results, actor=Actor(device=quarantined.message.device), at=at
    )  # fmt: skip


def _require_open(quarantined: QuarantinedMessage) -> None:
    """Raise when the message is settled; of two people at once the database's own constraint lets one through."""
    if QuarantineSettlement.objects.filter(quarantined=quarantined).exists():
        raise AlreadySettled("This message has been settled in the meantime.")


def _reason(text: str) -> str:
    if len(text.strip()) < LEAST_REASON:
        raise ReasonMissing(f"Give a reason of at least {LEAST_REASON} characters.")
    return text.strip()[:300]


def _settle(
    quarantined: QuarantinedMessage,
    outcome: str,
    *,
    by: User,
    at: datetime,
    patient: Patient | None = None,
    second: User | None = None,
    reason: str = "",
) -> None:
    try:
        with transaction.atomic():
            QuarantineSettlement.objects.create(
                quarantined=quarantined, outcome=outcome, patient=patient, by=by, second=second,
                reason=reason, at=at,
            )  # fmt: skip
    except IntegrityError as race:
        raise AlreadySettled("This message has been settled in the meantime.") from race
    body: dict[str, object] = {"second": second.pk if second else None, "reason": reason}
    _note(quarantined, f"quarantine.{outcome}", actor=Actor(user=by), at=at, body=body, patient=patient)


def _note(
    row: QuarantinedMessage,
    event: str,
    *,
    actor: Actor,
    at: datetime,
    body: dict[str, object],
    patient: Patient | None = None,
) -> None:
    _log(row.message, event, actor=actor, at=at, body=body, patient=patient)


def _log(
    message: Hl7Message,
    event: str,
    *,
    actor: Actor,
    at: datetime,
    body: dict[str, object],
    patient: Patient | None,
) -> None:
    audit.append(
        event=event, actor=actor, at=at, subject="hl7_message", subject_id=message.pk, site_id=message.device.site_id,
        patient_id=str(patient.pk) if patient else "",
        body={**body, "sha256": message.content_sha256},
    )  # fmt: skip
