"""May a physician delay this dose, and what does the order do to the due times of its cycle?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dosing.domain.schedule_delay import Move, Unfit
from dosing.domain.verdict import Verdict
from dosing.models import Decision, Dose, SlotMove
from dosing.selectors.delays import delay_rule_of, may_be_delayed_from, movable, moves_to, unfit
from dosing.selectors.limits import limits_of
from dosing.services import start_checks
from dosing.services.refusals import (
    CycleDaysOver,
    DelayNotAllowed,
    ImpossibleTime,
    Invalid,
    NotYetDue,
    Refused,
    StopStands,
)
from dosing.services.trail import note_dose
from il2ward.audit.actor import Actor

DAYS_OVER = "days-over"


def require_delayable(dose: Dose, to_at: datetime | None, verdict: str, at: datetime) -> None:
    """Refuse to delay ``dose``, planned and open, to ``to_at`` unless its protocol's source and its cycle let it be.

    Refused as well: under a stop, for another slot than the next, twice before the window of the new time opens.
    """
    if to_at is None:
        raise Invalid("Give the new due time.")
    start_checks.require_next(dose)
    start_checks.require_no_stop(dose.cycle)
    if Verdict(verdict).is_stop:
        raise StopStands("The verdict is STOP. The dose is not given, neither now nor later.")
    refusal = delay_rule_of(dose.cycle.course).refusal
    if refusal:
        raise DelayNotAllowed(f"{refusal} Hold dose {dose.number}, or omit it.")
    _require_time(dose, to_at, at)
    start_checks.require_after_cells(dose, to_at)


def _require_time(dose: Dose, to_at: datetime, at: datetime) -> None:
    again_from = may_be_delayed_from(dose)
    if again_from is not None and at < again_from:
        raise NotYetDue(
            f"Dose {dose.number} was delayed to {dose.due_at:%H:%M} UTC. "
            f"It can be delayed again from {again_from:%H:%M} UTC, when its window opens."
        )
    why = unfit(dose, to_at, at)
    if why is not None:
        raise _unfit(why, dose)


def _unfit(why: Unfit, dose: Dose) -> Refused:
    limits = limits_of(dose.cycle.course)
    if why == "days_over":
        days = limits.cycle_length.days
        return CycleDaysOver(f"The {days} days of this cycle are over by then. Hold dose {dose.number}, or omit it.")
    sentences: Mapping[str, str] = {
        "not_later": f"Dose {dose.number} is due {dose.due_at:%H:%M} UTC. A delay needs a later time.",
        "in_the_past": "The new due time is past. Choose one to come.",
        "too_far": (
            f"One order delays a dose by at most {limits.interval.total_seconds() / 3600:g} h. "
            "Look at the patient again by then, and order again."
        ),
    }
    return ImpossibleTime(sentences[why])


def move(*, dose: Dose, decision: Decision, to_at: datetime, actor: Actor, at: datetime) -> list[SlotMove]:
    """Move the due time of ``dose`` and by as much every later slot of its cycle; the course is locked.

    A slot that then lies beyond the cycle's days is closed as omitted: it is not given and not made up.
    """
    rule = delay_rule_of(dose.cycle.course)
    slots = {slot.number: slot for slot in movable(dose)}
    planned = moves_to(list(slots.values()), to_at, dose.cycle)
    made = SlotMove.objects.bulk_create(
        SlotMove(
            decision=decision,
            dose=slots[one.number],
            due_before_at=one.before_at,
            due_after_at=one.after_at,
            is_lost=one.is_lost,
            rule=rule.id,
            rules_sha256=rule.sha256,
        )
        for one in planned
    )
    note_dose(dose, "dose.delayed", actor=actor, at=at, body=_said(decision, planned, rule.id, rule.sha256))
    for one in planned:
        _put(slots[one.number], one, dose, actor, at)
    return made


def _put(slot: Dose, found: Move, delayed: Dose, actor: Actor, at: datetime) -> None:
    """Give the slot its new due time, and close it where it is lost; one lost by an earlier order stays closed."""
    slot.due_at, slot.cycle = found.after_at, delayed.cycle
    is_closed_now = found.is_lost and slot.status == "planned"
    if is_closed_now:
        slot.status, slot.reason_code = "omitted", DAYS_OVER
        slot.closed_at = slot.recorded_at = at
        slot.closed_by = actor.user
    slot.save()
    if is_closed_now:
        body = {"reason": DAYS_OVER, "reason_text": f"After dose {delayed.number} was delayed"}
        note_dose(slot, "dose.omitted", actor=actor, at=at, body=body)


def _said(decision: Decision, found: tuple[Move, ...], rule: str, sha256: str) -> dict[str, object]:
    slots = [
        {"dose": one.number, "due_before_at": one.before_at, "due_after_at": one.after_at, "is_lost": one.is_lost}
        for one in found
    ]
    return {"decision": decision.pk, "slots": slots, "rule": rule, "delays_sha256": sha256}
