"""What may a physician order for a dose, on which outcome, for how long?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from dosing.domain.verdict import Verdict
from dosing.models import Assessment, Decision, Dose
from dosing.models.decision import DecisionKind
from dosing.selectors.binding import newest_assessment_of
from dosing.selectors.holds import slot_hold
from dosing.selectors.slots import closes_at, is_overdue
from dosing.services import delays, latches, lifts
from dosing.services.people import require_physician
from dosing.services.reasons import DELAY, HOLD, LATE, LIFT, OVERRIDE, STOP, require
from dosing.services.refusals import (
    CycleNotActive,
    Invalid,
    NothingToDecide,
    NotReauthenticated,
    OutcomeChanged,
    ReasonMissing,
    SlotClosed,
    SlotUsed,
    StopStands,
)
from dosing.services.trail import note_dose
from il2ward.audit.actor import Actor
from il2ward.staff.models import User

EXPIRES_AFTER = timedelta(minutes=60)
REASONS = {"override": OVERRIDE, "hold": HOLD, "stop_cycle": STOP, "stop_permanent": STOP, "order_late": LATE,
           "delay": DELAY, "refute": LIFT, "reinstate": LIFT}  # fmt: skip
PROVED = ("override", "refute", "reinstate")
STOPS = {"stop_cycle": Verdict.STOP_CYCLE, "stop_permanent": Verdict.STOP_PERMANENT}
LIFTS = ("refute", "reinstate")


@dataclass(frozen=True, slots=True)
class _Order:
    """What the physician said, before it is a row."""

    dose: Dose
    kind: str
    assessment: Assessment
    reason_code: str
    reason_text: str
    reauthenticated: bool
    repeat_observation: UUID | None
    due_at: datetime | None
    by: User
    at: datetime


@transaction.atomic
def decide(
    *,
    dose: Dose,
    kind: str,
    assessment: Assessment,
    reason_code: str,
    reason_text: str,
    reauthenticated: bool,
    actor: Actor,
    at: datetime,
    repeat_observation: UUID | None = None,
    due_at: datetime | None = None,
) -> Decision:
    """Record a physician's order for ``dose``, bound to ``assessment``, the dose's newest; the course is locked.

    An override, a late order and the first half of a reinstatement expire after 60 min (exclusive), a give or
    release when the slot closes. A stop latches at once; a refutation, or the second physician's
    reinstatement, lifts every stop that stands; a delay moves the dose to ``due_at``, which no other order takes.
    Raises a Refused when the order does not fit.
    """
    dose = Dose.objects.select_for_update(of=("self",)).select_related("cycle__course__patient").get(pk=dose.pk)
    by = require_physician(actor, dose.cycle.course.patient, at)
    order = _Order(
        dose, kind, assessment, reason_code, reason_text.strip(), reauthenticated, repeat_observation, due_at, by, at
    )
    _require_said(order)
    _require_newest(order)
    _require_fits(order)
    decision = _write(order)
    said = {"kind": kind, "decision": decision.pk, "assessment": assessment.pk, "reason": reason_code}
    note_dose(dose, "dose.decided", actor=actor, at=at, body={**said, "reason_text": order.reason_text})
    _take_effect(order, decision, actor)
    return decision


def _require_said(order: _Order) -> None:
    """Refuse an unknown kind, a reason that is missing, a proof of identity that was not given."""
    if order.kind not in DecisionKind.values:
        raise Invalid(f"A decision is one of {', '.join(DecisionKind.values)}.")
    if order.kind in REASONS:
        require(REASONS[order.kind], order.reason_code, order.reason_text, long_text=order.kind in PROVED)
    if order.kind in PROVED and not order.reauthenticated:
        raise NotReauthenticated("Enter your password again for this order.")
    if order.kind == "refute" and order.repeat_observation is None:
        raise ReasonMissing("Name the repeat measurement that shows the artefact.")
    if order.kind != "delay" and order.due_at is not None:
        raise Invalid("Only a delay takes a new due time.")


def _require_newest(order: _Order) -> None:
    newest = newest_assessment_of(order.dose)
    if newest is None or newest.pk != order.assessment.pk:
        raise OutcomeChanged("The assessment has changed. Read the new one, then decide.")


def _require_fits(order: _Order) -> None:
    if order.kind in LIFTS:
        lifts.require_liftable(order.dose, order.kind, order.assessment)
        return
    if order.dose.cycle.status != "active":
        raise CycleNotActive("The cycle is not active.")
    if order.kind in STOPS:
        return
    _require_open(order)
    FITS[order.kind](order)


def _require_open(order: _Order) -> None:
    dose = order.dose
    if dose.status != "planned":
        raise SlotUsed(f"Dose {dose.number} is {dose.get_status_display().lower()} already.")
    if order.at >= closes_at(dose):
        raise SlotClosed(f"The time of dose {dose.number} is over. What was not given is not made up.")


def _fits_give(order: _Order) -> None:
    if order.assessment.verdict != Verdict.REVIEW.value:
        raise _not_for(order, "Give answers a REVIEW")


def _fits_release(order: _Order) -> None:
    if order.assessment.verdict != Verdict.REVIEW.value:
        raise _not_for(order, "A release is given when the values have recovered and the dose is in REVIEW")
    if not slot_hold(order.dose, order.at):
        raise NothingToDecide(f"Dose {order.dose.number} is not held. There is nothing to release.")


def _fits_override(order: _Order) -> None:
    if order.assessment.verdict not in (Verdict.HOLD.value, Verdict.UNDECIDED.value):
        raise _not_for(order, "An override answers HOLD or CANNOT DECIDE")


def _fits_late(order: _Order) -> None:
    if not is_overdue(order.dose, order.at):
        raise NothingToDecide(f"Dose {order.dose.number} is not overdue. It can start without a late order.")


def _fits_hold(_order: _Order) -> None:
    """A physician may hold whatever the verdict."""


def _fits_delay(order: _Order) -> None:
    delays.require_delayable(order.dose, order.due_at, order.assessment.verdict, order.at)


FITS = {
    "give": _fits_give,
    "release": _fits_release,
    "override": _fits_override,
    "order_late": _fits_late,
    "hold": _fits_hold,
    "delay": _fits_delay,
}


def _not_for(order: _Order, rule: str) -> StopStands | NothingToDecide:
    verdict = Verdict(order.assessment.verdict)
    if verdict.is_stop:
        return StopStands("A stop stands: one physician can refute an artefact, two can reinstate.")
    words = "CANNOT DECIDE" if verdict is Verdict.UNDECIDED else verdict.value
    return NothingToDecide(f"{rule}; the verdict is {words}.")


def _write(order: _Order) -> Decision:
    return Decision.objects.create(
        dose=order.dose,
        kind=order.kind,
        assessment=order.assessment,
        outcome_token=order.assessment.outcome_token,
        by=order.by,
        at=order.at,
        reason_code=order.reason_code,
        reason_text=order.reason_text,
        expires_at=_expires(order),
        reauthenticated=order.reauthenticated,
        seconds=lifts.first_half(order.dose, order.by, order.at) if order.kind == "reinstate" else None,
        repeat_observation=order.repeat_observation,
    )


def _expires(order: _Order) -> datetime | None:
    if order.kind in ("override", "order_late", "reinstate"):
        return order.at + EXPIRES_AFTER
    return closes_at(order.dose) if order.kind in ("give", "release") else None


def _take_effect(order: _Order, decision: Decision, actor: Actor) -> None:
    if order.kind in STOPS:
        latches.latch_ordered(dose=order.dose, decision=decision, verdict=STOPS[order.kind], actor=actor, at=order.at)
    elif order.kind == "refute" or (order.kind == "reinstate" and decision.seconds_id is not None):
        latches.lift_all(cycle=order.dose.cycle, dose=order.dose, decision=decision, actor=actor, at=order.at)
    elif order.due_at is not None:
        delays.move(dose=order.dose, decision=decision, to_at=order.due_at, actor=actor, at=order.at)
