"""How does a rescue become part of the record: logged against its dose, and a bolus charted as fluid as well?"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from dosing.models import Dose, Rescue
from dosing.models.rescue import RescueKind
from dosing.services import courses, rescues
from il2ward.audit.actor import Actor
from monitoring.services import observations
from monitoring.services.observations import NewObservation


@transaction.atomic
def record(
    *, dose_id: int, kind: str, amount: Decimal, note: str, given_at: datetime, actor: Actor, at: datetime
) -> Rescue:
    """Log the rescue under the course's lock; a fluid bolus is charted too, so that hypotension is graded with it."""
    courses.locked(Dose.objects.values_list("cycle__course_id", flat=True).get(pk=dose_id))
    dose = Dose.objects.select_related("cycle__course__patient").get(pk=dose_id)
    row = rescues.record(dose=dose, kind=kind, amount=amount, note=note, given_at=given_at, actor=actor, at=at)
    if kind == RescueKind.FLUID_BOLUS:
        bolus = NewObservation("fluid_bolus", observed_at=given_at, value=f"{amount:f}", unit=row.unit)
        observations.record(patient=dose.cycle.course.patient, items=[bolus], actor=actor, at=at)
    return row
