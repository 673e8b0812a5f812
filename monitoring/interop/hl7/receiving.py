"""What becomes of one HL7 v2 message: stored and committed, put in quarantine, refused, or answered as before?"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, transaction

from dosing.models import Patient
from il2ward.audit.actor import Actor
from il2ward.staff.models import Device
from monitoring.domain.identity import Claim
from monitoring.interop.hl7 import admissions
from monitoring.interop.hl7.answers import VERSIONS, Head, acknowledgement, head_of
from monitoring.interop.hl7.faults import NotTaken, Quarantined, Rejected, Where, rejected
from monitoring.interop.hl7.persons import claim_of
from monitoring.interop.hl7.results import Reading, Reported, reported, results_of
from monitoring.interop.hl7.segments import Message, parse
from monitoring.models import Hl7Message
from monitoring.selectors import meanings
from monitoring.selectors.patient_match import NoMatch, matching
from monitoring.selectors.senders import origin_of
from monitoring.services import hl7_messages, hl7_results, quarantine
from monitoring.services.hl7_messages import NewMessage
from monitoring.services.hl7_results import Taken
from monitoring.services.several_patients import in_one_order

logger = logging.getLogger(__name__)
LONGEST_CONTROL_ID = 199
LONGEST_NAME = 120
RESULTS = "ORU^R01"
NUMBER_OF_THE_PATIENT, NAME, BIRTH_DATE = 3, 5, 7


@dataclass(frozen=True, slots=True)
class Done:
    """What a message brought about: for whom (None: nobody here, or several), and what its sender should know."""

    patient: Patient | None = None
    notes: list[str] = field(default_factory=list)


def receive(content: bytes, *, device: Device, at: datetime) -> bytes:
    """Take one message of ``device`` and return its acknowledgement; everything it says is committed before.

    The same message again changes nothing and is answered as before. Never raises for what a message says.
    """
    head = head_of(content)
    try:
        message = parse(content)
        _for_us(message)
        row = _taken(message, content, device, at)
    except Rejected as no:
        return _answered(head, no.answer, [fault_of(no)], [], at)
    except DatabaseError as broken:
        logger.exception("a message was not taken: %s", type(broken).__name__)
        later = rejected("Nothing could be stored just now; send it again.", Where("MSH"), "207")
        return _answered(head, later.answer, [fault_of(later)], [], at)
    return _answered(head, row.answer, row.faults, row.notes, at)


def _answered(head: Head, answer: str, faults: list[dict[str, str]], notes: list[str], at: datetime) -> bytes:
    return acknowledgement(head, answer=answer, faults=faults, notes=notes, control_id=uuid4().hex[:20], at=at)


def fault_of(no: NotTaken) -> dict[str, str]:
    """Return what was wrong as it is kept and answered."""
    where = no.where
    return {
        "reason": no.reason, "segment": where.segment, "number": str(where.number), "field": str(where.field),
        "where": str(where), "code": no.code, "text": no.text,
    }  # fmt: skip


def _for_us(message: Message) -> None:
    """Raise Rejected for a message of a kind, version or processing id that is not taken here."""
    header = message.header
    if message.event != RESULTS and message.event not in admissions.EVENTS:
        code = "201" if header.text(9) in {"ORU", "ADT"} else "200"
        raise rejected(f"Messages of type {message.event[:20]} are not taken.", Where("MSH", 1, 9), code)
    if header.text(12) not in VERSIONS:
        raise rejected("HL7 versions 2.3 to 2.8 are taken.", Where("MSH", 1, 12), "203")
    if header.text(11) not in settings.IL2WARD_HL7_PROCESSING:
        wanted = ", ".join(settings.IL2WARD_HL7_PROCESSING)
        raise rejected(
            f"Processing id {header.text(11)[:5]!r} is not taken, only {wanted}.", Where("MSH", 1, 11), "202"
        )
    if not 0 < len(header.whole(10)) <= LONGEST_CONTROL_ID:
        raise rejected("A message needs a control id.", Where("MSH", 1, 10), "101")


def _taken(message: Message, content: bytes, device: Device, at: datetime) -> Hl7Message:
    """Return the message as it was kept, now or before; two connections at once keep it once."""
    new = _new(message, content, device)
    for _ in range(2):
        try:
            with transaction.atomic():
                return _kept_before(new) or _keep(new, message, device, at)
        except (IntegrityError, DataError):
            logger.info("a message came twice at once, or holds what the database refuses")
    text = "The database refuses what this message says; it is kept for a person."
    with transaction.atomic():
        no = Quarantined(text, Where("MSH"), "207", "internal")
        return _kept_before(new) or _wait(new, message, no, device, at)


def _new(message: Message, content: bytes, device: Device) -> NewMessage:
    header = message.header
    return NewMessage(
        device=device, application=header.whole(3)[:LONGEST_NAME], facility=header.whole(4)[:LONGEST_NAME],
        control_id=header.whole(10), sent=header.text(7)[:40], event=message.event[:20], version=header.text(12),
        content=content, text=message.text,
    )  # fmt: skip


def _kept_before(new: NewMessage) -> Hl7Message | None:
    return next((row for row in hl7_messages.known(new) if row.content_sha256 == new.sha256), None)


def _keep(new: NewMessage, message: Message, device: Device, at: datetime) -> Hl7Message:
    """Do what the message says, or nothing of it and let it wait; either way it is kept."""
    try:
        _require_own_name(new)
        with transaction.atomic():
            done = _done(message, device, at)
    except Quarantined as no:
        return _wait(new, message, no, device, at)
    return hl7_messages.keep(new, answer="AA", faults=[], notes=done.notes, patient=done.patient, at=at)


def _require_own_name(new: NewMessage) -> None:
    if hl7_messages.known(new):
        text = "This control id and time were used for another message."
        raise Quarantined(text, Where("MSH", 1, 10), "205", "conflict")


def _done(message: Message, device: Device, at: datetime) -> Done:
    """Act on the message. What nobody foresaw is a fault of ours: logged, and the message waits for a person."""
    act: Callable[[Message, Device, datetime], Done] = _store if message.event == RESULTS else _admit
    try:
        return act(message, device, at)
    except (NotTaken, DatabaseError):
        raise
    except Exception as bug:
        logger.exception("a message could not be understood")
        text = "This message could not be handled; it is kept for a person."
        raise Quarantined(text, Where("MSH"), "207", "internal") from bug


def _wait(new: NewMessage, message: Message, no: Quarantined, device: Device, at: datetime) -> Hl7Message:
    row = hl7_messages.keep(new, answer="AE", faults=[fault_of(no)], notes=[], patient=None, at=at)
    pid = message.first("PID")
    quarantine.put(
        row, reason=no.reason, where=str(no.where), why=no.text, claim=claim_of(pid) if pid else None,
        actor=Actor(device=device), at=at,
    )  # fmt: skip
    return row


def _admit(message: Message, device: Device, at: datetime) -> Done:
    patient, note = admissions.act(message, device, at)
    return Done(patient, [note])


def _store(message: Message, device: Device, at: datetime) -> Done:
    """Store the results of every person in the message, or nothing of it."""
    reading = reading_of(device, at)
    found: dict[Patient, Reported] = {}
    for one in reported(message):
        if not any(block.rows for block in one.blocks):
            continue
        patient = matched(device, one.claim, one.pid.number)
        if patient in found:
            found[patient].blocks.extend(one.blocks)
        else:
            found[patient] = one
    notes: list[str] = []
    for patient, taken, said in stored(found, message, reading, device, at):
        notes += [*taken.notes, *said] if len(found) == 1 else [f"{patient.mrn}: {note}" for note in taken.notes]
    return Done(next(iter(found)) if len(found) == 1 else None, notes or ["no results in it"])


def stored(
    found: Mapping[Patient, Reported], message: Message, reading: Reading, device: Device, at: datetime
) -> list[tuple[Patient, Taken, list[str]]]:
    """Store each person's results, in the order in which everybody locks patients."""
    read = {patient: results_of(one, message, reading) for patient, one in found.items()}
    return [
        (patient, hl7_results.record(patient=patient, results=read[patient][0], actor=Actor(device=device), at=at),
         read[patient][1])
        for patient in in_one_order(found)
    ]  # fmt: skip


def matched(device: Device, claim: Claim, number: int) -> Patient:
    """Return the patient, or raise Quarantined with the field that speaks against everybody."""
    try:
        return matching(device.site, claim)
    except NoMatch as no:
        field = NUMBER_OF_THE_PATIENT
        if no.reason == "other_person":
            field = BIRTH_DATE if "birth" in no.text else NAME
        raise Quarantined(no.text, Where("PID", number, field), "204", no.reason) from no


def reading_of(device: Device, at: datetime) -> Reading:
    """Return how this device's messages are read now."""
    return Reading(
        codes=meanings.codes_of(device), units=meanings.units_of(device), zone=ZoneInfo(device.site.time_zone),
        origin=origin_of(Actor(device=device)), at=at,
    )  # fmt: skip
