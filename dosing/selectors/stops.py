"""Which stops stand against a dose: the cycle's own, and any for good on the patient."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dosing.domain.verdict import Verdict, worst
from dosing.models import Cycle, StopLatch


def standing_stops(cycle: Cycle) -> QuerySet[StopLatch]:
    """Return the unlifted stops of the cycle and the patient's STOP_PERMANENT of whatever cycle, oldest first."""
    forever = Q(patient_id=cycle.course.patient_id, verdict=Verdict.STOP_PERMANENT.value)
    return StopLatch.objects.filter(Q(cycle=cycle) | forever, lifted_at=None).order_by("id")


def standing_verdict(cycle: Cycle) -> Verdict | None:
    """Return the worst standing stop; None when none stands."""
    verdicts = [Verdict(one) for one in standing_stops(cycle).values_list("verdict", flat=True)]
    return worst(verdicts) if verdicts else None
