"""How does a stop come to stand, and how is it lifted?"""

from __future__ import annotations

from datetime import datetime

from dosing.domain.verdict import Verdict
from dosing.models import Assessment, Course, Cycle, Decision, Dose, StopLatch
from dosing.selectors.stops import standing_stops
from dosing.services.trail import note_dose
from il2ward.audit.actor import SYSTEM, Actor


def latch_found(*, course: Course, dose: Dose, assessment: Assessment, verdict: Verdict, at: datetime) -> StopLatch:
    """Let the stop that ``assessment`` found stand on the dose's cycle, for good also on the patient. Idempotent.

    While one stands, criteria found later are added to it: a lift concerns all of them.
    """
    standing = StopLatch.objects.filter(cycle_id=dose.cycle_id, verdict=verdict.value, lifted_at=None).first()
    if standing is not None:
        return _grow(standing, assessment, dose, at)
    latch = StopLatch.objects.create(
        patient_id=course.patient_id,
        cycle_id=dose.cycle_id,
        verdict=verdict.value,
        assessment=assessment,
        criteria=assessment.met,
        latched_at=at,
    )
    said = {"verdict": latch.verdict, "criteria": latch.criteria, "assessment": assessment.pk}
    note_dose(dose, "stop.latched", actor=SYSTEM, at=at, body=said)
    return latch


def latch_ordered(*, dose: Dose, decision: Decision, verdict: Verdict, actor: Actor, at: datetime) -> StopLatch:
    """Let the stop that a physician ordered stand; one that stands already stays, now with this order behind it."""
    cycle = dose.cycle
    standing = StopLatch.objects.filter(cycle=cycle, verdict=verdict.value, lifted_at=None).first()
    if standing is None:
        standing = StopLatch(patient_id=cycle.course.patient_id, cycle=cycle, verdict=verdict.value, latched_at=at)
    standing.decision = decision
    standing.save()
    note_dose(dose, "stop.ordered", actor=actor, at=at, body={"verdict": verdict.value, "decision": decision.pk})
    return standing


def lift_all(*, cycle: Cycle, dose: Dose, decision: Decision, actor: Actor, at: datetime) -> list[StopLatch]:
    """Lift every stop that stands against the cycle's doses, on the word of ``decision``."""
    lifted = list(standing_stops(cycle).select_for_update())
    for latch in lifted:
        latch.lifted_at, latch.lifted_by = at, decision
        latch.save(update_fields=["lifted_at", "lifted_by"])
    said = {"stops": [latch.pk for latch in lifted], "decision": decision.pk}
    note_dose(dose, "stop.lifted", actor=actor, at=at, body=said)
    return lifted


def _grow(latch: StopLatch, assessment: Assessment, dose: Dose, at: datetime) -> StopLatch:
    added = sorted(set(assessment.met) - set(latch.criteria))
    if not added:
        return latch
    latch.criteria = sorted({*latch.criteria, *added})
    latch.save(update_fields=["criteria"])
    note_dose(dose, "stop.grew", actor=SYSTEM, at=at, body={"stop": latch.pk, "added": added})
    return latch
