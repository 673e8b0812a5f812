"""What becomes of a slot that nobody acted on in time?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction

from dosing.models import Dose
from dosing.selectors.binding import newest_assessment_of
from dosing.selectors.holds import HOLDING, slot_hold
from dosing.selectors.slots import closes_at
from dosing.services import courses
from dosing.services.trail import note_dose
from il2ward.audit.actor import SYSTEM

LAST_INSTANT = timedelta(microseconds=1)


class Teller(Protocol):
    """Whoever must be told of a closed slot, in the transaction that closes it."""

    def __call__(self, dose: Dose, /, *, at: datetime) -> None: ...


def close_expired_slots(at: datetime, *, tell: Teller | None = None) -> list[Dose]:
    """Close every planned slot of an active cycle whose successor's window has opened at ``at``; idempotent.

    ``held`` when it was left under a HOLD, a STOP or a hold nobody released, else ``omitted``. Each course is
    locked in a transaction of its own, in which ``tell`` hears of the slot.
    """
    overdue = Dose.objects.filter(cycle__status="active", status="planned", due_at__lte=at)
    late = [
        dose
        for dose in overdue.select_related("cycle__course__regimen", "cycle__course__inputs")
        if at >= closes_at(dose)
    ]
    closed = [
        _close_in_course(dose, at, tell) for dose in sorted(late, key=lambda dose: (dose.cycle.course_id, dose.number))
    ]
    return [dose for dose in closed if dose is not None]


@transaction.atomic
def _close_in_course(dose: Dose, at: datetime, tell: Teller | None) -> Dose | None:
    """Close one slot under its course's lock; None when somebody acted on it meanwhile."""
    courses.locked(dose.cycle.course_id)
    found = Dose.objects.select_for_update(of=("self",)).filter(pk=dose.pk, status="planned", cycle__status="active")
    slot = found.select_related("cycle__course__patient").first()
    if slot is None or at < closes_at(slot):
        return None
    held = _is_left_held(slot)
    slot.status = "held" if held else "omitted"
    slot.reason_code = "held-by-protocol" if held else "not-acted-on"
    slot.closed_at = slot.recorded_at = at
    slot.save()
    note_dose(slot, f"dose.{slot.status}", actor=SYSTEM, at=at, body={"reason": slot.reason_code})
    if tell is not None:
        tell(slot, at=at)
    return slot


def _is_left_held(slot: Dose) -> bool:
    """Whether the slot was on hold at its last instant; a release that ended with the slot still counts there."""
    newest = newest_assessment_of(slot)
    return (newest is not None and newest.verdict in HOLDING) or slot_hold(slot, closes_at(slot) - LAST_INSTANT)
