"""Which runs of the protocol are kept, and which of them latch a stop?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dosing.domain.outcome import Outcome, outcome_token
from dosing.domain.snapshot import Snapshot
from dosing.domain.snapshot_json import snapshot_to_json
from dosing.models import Assessment, Course, Dose
from dosing.selectors.binding import newest_assessment_of
from dosing.selectors.outcomes import outcome_to_json
from dosing.selectors.slots import opens_at
from dosing.services import latches
from dosing.services.trail import note_dose
from il2ward.audit.actor import SYSTEM


@transaction.atomic
def store(
    *,
    dose: Dose,
    snapshot: Snapshot,
    outcome: Outcome,
    course: Course,
    cause: str,
    at: datetime,
    used: bool = False,
) -> Assessment:
    """Keep one run for ``dose`` of the locked ``course`` and return its row, or the row that already says the same.

    A row is written when the outcome differs from the dose's newest, when an act rests on it (``used``), and
    once when the dose's window has opened, so that a hold carried into the window is on record as one of it.
    A confirmed stop within the window latches, once.
    """
    row = newest_assessment_of(dose)
    token = outcome_token(outcome)
    if row is None or used or row.outcome_token != token or row.at < opens_at(dose) <= at:
        row = _write(dose, snapshot, outcome, course, cause, at, token)
    if outcome.latches is not None and at >= opens_at(dose):
        latches.latch_found(course=course, dose=dose, assessment=row, verdict=outcome.latches, at=at)
    return row


def _write(
    dose: Dose, snapshot: Snapshot, outcome: Outcome, course: Course, cause: str, at: datetime, token: str
) -> Assessment:
    row = Assessment.objects.create(
        course=course,
        dose=dose,
        at=at,
        cause=cause,
        verdict=outcome.verdict.value,
        met=list(outcome.met),
        unknown=list(outcome.unknown),
        valid_until=outcome.valid_until,
        snapshot=snapshot_to_json(snapshot),
        outcome=outcome_to_json(outcome),
        inputs_hash=outcome.inputs_hash,
        outcome_token=token,
        protocol_sha256=outcome.protocol_sha256,
        overlay_sha256="" if course.overlay is None else course.overlay.sha256,
        inputs_sha256=course.inputs.sha256,
        ctcae_sha256=course.ctcae.sha256,
        evidence_seq=course.evidence_seq,
    )
    said = {"assessment": row.pk, "verdict": row.verdict, "outcome_token": token, "inputs_hash": row.inputs_hash}
    note_dose(dose, "dose.assessed", actor=SYSTEM, at=at, body=said)
    return row
