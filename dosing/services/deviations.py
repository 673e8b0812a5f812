"""How is a dose recorded that was in fact given outside the gate? The gate is not a censor."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from dosing.models import Cycle, Dose
from dosing.models.dose import BEGUN
from dosing.selectors.limits import limits_of
from dosing.services.people import require_clinician
from dosing.services.refusals import ImpossibleAmount, ImpossibleTime, ReasonMissing, SlotsUsedUp, SlotUsed
from dosing.services.trail import note_dose
from il2ward.audit.actor import Actor
from il2ward.staff.models import User

HIGHEST_NUMBER = 15


@transaction.atomic
def record_given_deviation(
    *,
    dose: Dose,
    given_iu: int,
    started_at: datetime,
    ended_at: datetime,
    reason_text: str,
    actor: Actor,
    at: datetime,
    given_by: User | None = None,
    additional: bool = False,
) -> Dose:
    """Record what really happened: ``given_iu`` went in from ``started_at`` to ``ended_at``, whatever the gate said.

    It counts towards every maximum, also under a stop and after the cycle's end. ``given_by`` None is the one
    who records it. A slot that is used already takes no second dose; with ``additional`` the cycle's next free
    slot, at the end one more (15 of a bolus cycle), takes it. Refused only: a future time, one before the cycle,
    no reason, no amount.
    """
    dose = Dose.objects.select_for_update(of=("self",)).select_related("cycle__course__patient").get(pk=dose.pk)
    user = require_clinician(actor, dose.cycle.course.patient, at)
    _require_sense(dose.cycle, given_iu, started_at, ended_at, reason_text, at)
    slot = _slot_for(dose, additional)
    before = {"was": slot.status, "was_reason": slot.reason_code}
    slot.status, slot.deviation = "given", True
    slot.given_iu, slot.started_at, slot.ended_at = given_iu, started_at, ended_at
    slot.reason_code, slot.reason_text = "given-against-the-gate", reason_text.strip()
    slot.started_by, slot.closed_by = given_by or user, user
    slot.closed_at = slot.recorded_at = at
    slot.save()
    said = {
        **before,
        "given_iu": given_iu,
        "started_at": started_at,
        "ended_at": ended_at,
        "given_by": slot.started_by_id,
    }
    note_dose(slot, "dose.deviation", actor=actor, at=at, body={**said, "reason_text": slot.reason_text})
    return slot


def _require_sense(
    cycle: Cycle, given_iu: int, started_at: datetime, ended_at: datetime, reason_text: str, at: datetime
) -> None:
    if not reason_text.strip():
        raise ReasonMissing("Say what happened.")
    if given_iu <= 0:
        raise ImpossibleAmount("The amount given must be more than 0.")
    if max(started_at, ended_at) > at:
        raise ImpossibleTime("That time lies in the future.")
    if ended_at < started_at:
        raise ImpossibleTime("The dose cannot have ended before it started.")
    if started_at < cycle.starts_at - limits_of(cycle.course).window:
        raise ImpossibleTime("That time lies before this cycle began.")


def _slot_for(dose: Dose, additional: bool) -> Dose:
    if dose.status not in BEGUN:
        return dose
    if not additional:
        raise SlotUsed(
            f"Dose {dose.number} is recorded as started {dose.started_at:%H:%M} UTC. "
            "If one more dose was really given, record it as an additional one."
        )
    doses = Dose.objects.select_for_update(of=("self",)).filter(cycle=dose.cycle).select_related("cycle__course")
    free = doses.exclude(status__in=BEGUN).order_by("number")
    following = free.filter(number__gt=dose.number).first() or free.last()
    return following or _beyond_the_last(dose)


def _beyond_the_last(dose: Dose) -> Dose:
    highest = Dose.objects.filter(cycle=dose.cycle).aggregate(highest=Max("number"))["highest"]
    if highest >= max(HIGHEST_NUMBER, limits_of(dose.cycle.course).slots_per_cycle + 1):
        raise SlotsUsedUp("Every slot of this cycle is used. Tell the physician now and write it in the notes.")
    return Dose(cycle=dose.cycle, number=highest + 1, due_at=dose.due_at, dose_iu=dose.dose_iu)
