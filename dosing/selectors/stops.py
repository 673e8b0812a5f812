"""Which stops stand against a dose: the cycle's own, and any for good on the patient."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from dosing.domain.verdict import Verdict, worst
from dosing.models import Cycle, Decision, Patient, StopLatch


def standing_stops(cycle: Cycle) -> QuerySet[StopLatch]:
    """Return the unlifted stops of the cycle and the patient's STOP_PERMANENT of whatever cycle, oldest first."""
    forever = Q(patient_id=cycle.course.patient_id, verdict=Verdict.STOP_PERMANENT.value)
    return StopLatch.objects.filter(Q(cycle=cycle) | forever, lifted_at=None).order_by("id")


def standing_verdict(cycle: Cycle) -> Verdict | None:
    """Return the worst standing stop; None when none stands."""
    verdicts = [Verdict(one) for one in standing_stops(cycle).values_list("verdict", flat=True)]
    return worst(verdicts) if verdicts else None


def permanent_stops(patient: Patient) -> QuerySet[StopLatch]:
    """Return the patient's unlifted stops for good, oldest first."""
    rows = StopLatch.objects.filter(patient=patient, verdict=Verdict.STOP_PERMANENT.value, lifted_at=None)
    return rows.select_related("cycle__course").order_by("id")


def begun_reinstatements(cycle: Cycle, at: datetime) -> QuerySet[Decision]:
    """Return one physician's halves of a reinstatement that wait for another's at ``at``, newest first.

    Only those made for the same cycle since its stops came to stand, unexpired and not yet completed, count.
    """
    since = max((latch.latched_at for latch in standing_stops(cycle)), default=None)
    if since is None:
        return Decision.objects.none()
    begun = Decision.objects.filter(dose__cycle=cycle, kind="reinstate", seconds=None, seconded_by=None)
    return begun.filter(at__gte=since, expires_at__gt=at).select_related("by").order_by("-id")
