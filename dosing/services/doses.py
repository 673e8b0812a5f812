"""How does a dose start, end, get interrupted, held, refused or omitted?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from dosing.models import Assessment, Dose
from dosing.services import reasons, start_checks
from dosing.services.deviations import record_given_deviation
from dosing.services.expiry import close_expired_slots
from dosing.services.people import require_clinician
from dosing.services.refusals import CycleNotActive, DoseNotRunning, ImpossibleAmount, ImpossibleTime
from dosing.services.trail import note_dose
from dosing.services.verdict_checks import permission, require_present
from il2ward.audit.actor import Actor
from il2ward.staff.models import User

__all__ = [
    "close_expired_slots",
    "end",
    "hold",
    "interrupt",
    "locked",
    "omit",
    "record_given_deviation",
    "refuse",
    "start",
]


def locked(dose: Dose) -> Dose:
    """Return the dose as it is now, its row locked until the transaction ends; the course is locked before it."""
    found = Dose.objects.select_for_update(of=("self",)).select_related(
        "cycle__course__patient",
        "cycle__course__regimen",
        "cycle__course__protocol",
        "cycle__course__inputs",
        "started_by",
        "closed_by",
    )
    return found.get(pk=dose.pk)


@transaction.atomic
def start(
    *,
    dose: Dose,
    assessment: Assessment,
    checker: User,
    identity_kind: str,
    identity_typed: str,
    actor: Actor,
    at: datetime,
) -> Dose:
    """Start ``dose`` at ``at`` on ``assessment``, made for this very instant; the course is locked.

    ``identity_typed`` is what was scanned or typed and must be the patient's record number; ``checker`` is
    the second person. Raises a Refused, with nothing written, for every reason a dose may not start.
    """
    dose = locked(dose)
    course = dose.cycle.course
    starter = require_clinician(actor, course.patient, at)
    start_checks.require_slot(dose)
    start_checks.require_cycle_may_go_on(dose.cycle)
    start_checks.require_identity(dose, identity_kind, identity_typed)
    start_checks.require_checker(dose, checker, starter, at)
    start_checks.require_second_calculation(dose)
    start_checks.require_no_stop(dose.cycle)
    start_checks.require_maxima(dose)
    start_checks.require_timing(dose, at)
    start_checks.require_after_cells(dose, at)
    require_present(dose, assessment, course, at)
    decision = permission(dose, assessment, starter, at)
    dose.status, dose.started_at, dose.recorded_at = "started", at, at
    dose.started_by, dose.checked_by, dose.identity_check = starter, checker, identity_kind
    dose.assessment, dose.decision = assessment, decision
    dose.save()
    note_dose(dose, "dose.started", actor=actor, at=at, body=_begun(dose))
    return dose


@transaction.atomic
def end(
    *, dose: Dose, actor: Actor, at: datetime, given_iu: int | None = None, ended_at: datetime | None = None
) -> Dose:
    """End a running dose as given in full; ``ended_at`` None is ``at``.

    ``given_iu`` None is the whole dose; less is an interruption; more is taken down and marked a deviation.
    """
    dose = _running(dose, actor, at)
    amount = dose.dose_iu if given_iu is None else given_iu
    if amount < dose.dose_iu:
        raise ImpossibleAmount("Less than the whole dose went in: record an interruption with its reason.")
    dose.deviation = dose.deviation or amount > dose.dose_iu
    dose.status = "given"
    return _finish(dose, amount, ended_at or at, "dose.ended", actor, at)


@transaction.atomic
def interrupt(
    *,
    dose: Dose,
    given_iu: int,
    reason_code: str,
    reason_text: str,
    actor: Actor,
    at: datetime,
    ended_at: datetime | None = None,
) -> Dose:
    """Stop a running dose; ``given_iu`` is what went in, 0 to the whole dose. It is not restarted.

    After an infusion reaction or extravasation the next dose is held until a physician releases it.
    """
    dose = _running(dose, actor, at)
    reasons.require(reasons.INTERRUPT, reason_code, reason_text)
    if not 0 <= given_iu <= dose.dose_iu:
        raise ImpossibleAmount(f"The amount given must be 0 to {dose.dose_iu:,} units.")
    dose.status, dose.reason_code, dose.reason_text = "interrupted", reason_code, reason_text.strip()
    return _finish(dose, given_iu, ended_at or at, "dose.interrupted", actor, at)


@transaction.atomic
def hold(*, dose: Dose, reason_code: str, reason_text: str, actor: Actor, at: datetime) -> Dose:
    """Hold the next dose: its slot is closed and not made up."""
    return _close(dose, "held", reasons.HOLD, reason_code, reason_text, actor, at)


@transaction.atomic
def refuse(*, dose: Dose, reason_code: str, reason_text: str, actor: Actor, at: datetime) -> Dose:
    """Record that the patient refused the next dose."""
    return _close(dose, "refused", reasons.REFUSE, reason_code, reason_text, actor, at)


@transaction.atomic
def omit(*, dose: Dose, reason_code: str, reason_text: str, actor: Actor, at: datetime) -> Dose:
    """Record that the next dose will not be given, for a reason that is neither toxicity nor the patient's wish."""
    return _close(dose, "omitted", reasons.OMIT, reason_code, reason_text, actor, at)


def _close(
    dose: Dose, status: str, allowed: Mapping[str, str], code: str, text: str, actor: Actor, at: datetime
) -> Dose:
    dose = locked(dose)
    user = require_clinician(actor, dose.cycle.course.patient, at)
    reasons.require(allowed, code, text)
    start_checks.require_slot(dose)
    if dose.cycle.status != "active":
        raise CycleNotActive("The cycle is not active.")
    start_checks.require_window(dose, at)
    dose.status, dose.reason_code, dose.reason_text = status, code, text.strip()
    dose.closed_at, dose.closed_by, dose.recorded_at = at, user, at
    dose.save()
    note_dose(dose, f"dose.{status}", actor=actor, at=at, body={"reason": code, "reason_text": dose.reason_text})
    return dose


def _running(dose: Dose, actor: Actor, at: datetime) -> Dose:
    dose = locked(dose)
    require_clinician(actor, dose.cycle.course.patient, at)
    if dose.status != "started":
        raise DoseNotRunning(f"Dose {dose.number} is {dose.get_status_display().lower()}, it is not running.")
    return dose


def _finish(dose: Dose, given_iu: int, ended_at: datetime, event: str, actor: Actor, at: datetime) -> Dose:
    start_checks.require_not_future(ended_at, at)
    if dose.started_at is None or ended_at < dose.started_at:
        raise ImpossibleTime("The dose cannot have ended before it started.")
    dose.given_iu, dose.ended_at, dose.recorded_at = given_iu, ended_at, at
    dose.closed_at, dose.closed_by = at, actor.user
    dose.save()
    said = {"given_iu": given_iu, "ended_at": ended_at, "reason": dose.reason_code, "deviation": dose.deviation}
    note_dose(dose, event, actor=actor, at=at, body=said)
    return dose


def _begun(dose: Dose) -> dict[str, object]:
    return {
        "dose_iu": dose.dose_iu,
        "assessment": dose.assessment_id,
        "decision": dose.decision_id,
        "checked_by": dose.checked_by_id,
        "identity_check": dose.identity_check,
        "due_at": dose.due_at,
    }
