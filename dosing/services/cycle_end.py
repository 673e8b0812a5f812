"""What happens to the slots when a cycle ends?"""

from __future__ import annotations

from datetime import datetime

from dosing.models import Cycle, Dose
from dosing.models.course import EndReason
from dosing.services.refusals import CycleNotActive, DoseIsRunning, Invalid
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor


def end_locked(cycle: Cycle, *, reason: str, actor: Actor, at: datetime) -> Cycle:
    """End a cycle of a locked course: its planned slots are omitted ("cycle ended"). Refused while a dose runs."""
    if reason not in EndReason.values:
        raise Invalid(f"The reason must be one of {', '.join(EndReason.values)}.")
    if cycle.status == "ended":
        raise CycleNotActive(f"Cycle {cycle.number} has ended already.")
    doses = Dose.objects.select_for_update().filter(cycle=cycle)
    if running := doses.filter(status="started").first():
        raise DoseIsRunning(f"Dose {running.number} is running. End or interrupt it first.")
    omitted = _omit_planned(cycle, actor, at)
    cycle.status, cycle.ended_at, cycle.ended_by, cycle.end_reason = "ended", at, actor.user, reason
    cycle.save(update_fields=["status", "ended_at", "ended_by", "end_reason"])
    body: dict[str, object] = {"cycle": cycle.number, "reason": reason, "omitted": omitted}
    note_course(cycle.course, "cycle.ended", actor=actor, at=at, body=body, subject="cycle", subject_id=cycle.pk)
    return cycle


def _omit_planned(cycle: Cycle, actor: Actor, at: datetime) -> list[int]:
    planned = Dose.objects.filter(cycle=cycle, status="planned")
    numbers = list(planned.order_by("number").values_list("number", flat=True))
    planned.update(status="omitted", reason_code="cycle-ended", closed_at=at, closed_by=actor.user, recorded_at=at)
    return numbers
