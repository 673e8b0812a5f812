"""How is it logged what was given against the effects of a dose?"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from dosing.models import Dose, Rescue
from dosing.models.dose import BEGUN
from dosing.models.rescue import UNIT_OF, RescueKind
from dosing.services.people import require_clinician
from dosing.services.refusals import ImpossibleAmount, ImpossibleTime, Invalid, NotAfterThisDose, ReasonMissing
from dosing.services.trail import note_dose
from il2ward.audit.actor import Actor

MOST = Decimal(10_000)
FINEST = Decimal("0.01")


@transaction.atomic
def record(
    *, dose: Dose, kind: str, amount: Decimal, note: str, given_at: datetime, actor: Actor, at: datetime
) -> Rescue:
    """Log one rescue against ``dose``; ``amount`` is in mg, of a fluid bolus in mL, above 0 and below 10,000.

    ``given_at`` is when it was given, from the dose's start (included) until ``at`` (included). The course is locked.
    """
    user = require_clinician(actor, dose.cycle.course.patient, at)
    if kind not in RescueKind.values:
        raise Invalid(f"Choose what was given: {', '.join(RescueKind.labels)}.")
    if dose.status not in BEGUN or dose.started_at is None:
        raise NotAfterThisDose(f"Dose {dose.number} was never started. Log it against the dose that was given.")
    if not 0 < amount < MOST or amount != amount.quantize(FINEST):
        raise ImpossibleAmount("The amount must be more than 0, less than 10,000, and no finer than 0.01.")
    if kind == RescueKind.OTHER_ANTIPYRETIC and not note.strip():
        raise ReasonMissing("Say which drug it was.")
    if not dose.started_at <= given_at <= at:
        raise ImpossibleTime(f"It must have been given between the start of dose {dose.number} and now.")
    row = Rescue.objects.create(
        dose=dose, kind=kind, amount=amount, unit=UNIT_OF[RescueKind(kind)], note=note.strip(), given_at=given_at,
        recorded_at=at, by=user,
    )  # fmt: skip
    body = {"rescue": row.pk, "kind": kind, "amount": amount, "unit": row.unit, "given_at": given_at, "note": row.note}
    note_dose(dose, "rescue.given", actor=actor, at=at, body=body)
    return row
