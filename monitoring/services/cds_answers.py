"""What was told to a system about an order, and what did the clinician there make of it? Both are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dosing.domain.outcome import Outcome, outcome_token
from dosing.models import Course, Dose
from dosing.services.refusals import Invalid
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import Device
from monitoring.models import CdsAnswer


class UnknownCard(Invalid):
    """Feedback about a card that was never told to this system."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What became of one card: ``accepted`` or ``overridden``, with the coded reason and the words that were given."""

    card: UUID
    outcome: str
    reason_code: str = ""
    comment: str = ""
    at: str = ""


@transaction.atomic
def keep(
    *, card: UUID, device: Device, hook: str, course: Course, found: tuple[Dose, Outcome] | None, at: datetime
) -> CdsAnswer:
    """Keep that this card was told, and that the system read of this patient; ``found`` None: no dose is left."""
    dose, outcome = found or (None, None)
    row = CdsAnswer.objects.create(
        card=card, device=device, hook=hook, course=course, dose=dose, at=at,
        verdict="" if outcome is None else outcome.verdict.value,
        outcome_token="" if outcome is None else outcome_token(outcome),
    )  # fmt: skip
    _note("cds.answered", row, {"hook": hook, "verdict": row.verdict, "outcome_token": row.outcome_token}, device, at)
    return row


@transaction.atomic
def keep_feedback(*, device: Device, given: Sequence[Feedback], at: datetime) -> None:
    """Keep what clinicians made of cards, all or none of it. It opens no gate: only a decision here does.

    Raises UnknownCard for one that was never told to this system.
    """
    cards = CdsAnswer.objects.filter(device=device, card__in=[one.card for one in given]).select_related("course")
    known = {row.card: row for row in cards}
    for one in given:
        row = known.get(one.card)
        if row is None:
            raise UnknownCard(f"No card {one.card} was told to this system.")
        said = {"outcome": one.outcome, "reason_code": one.reason_code, "comment": one.comment, "said_at": one.at,
                "verdict": row.verdict}  # fmt: skip
        _note("cds.feedback", row, said, device, at)


def _note(event: str, row: CdsAnswer, body: dict[str, str], device: Device, at: datetime) -> None:
    audit.append(
        event=event, actor=Actor(device=device), at=at, subject="cds-card", subject_id=row.card,
        patient_id=row.course.patient_id, course_id=row.course_id, site_id=row.course.site_id,
        body={"dose": row.dose_id, **body},
    )  # fmt: skip
