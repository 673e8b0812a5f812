"""The gate: every act on a dose, judged and done in one transaction under the course's lock."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from dosing.models import Assessment, Course, Decision, Dose
from dosing.selectors.binding import newest_assessment_of
from dosing.selectors.courses import next_dose
from dosing.selectors.whereabouts import ward_of
from dosing.services import courses, decisions, deviations, doses, refusals
from il2ward.audit.actor import Actor
from il2ward.live import services as live
from il2ward.staff.models import User
from monitoring.selectors.clock_mark import is_behind
from monitoring.services import alerts, events, grading
from monitoring.services.assessments import Assessed, assess_next_dose


class OutcomeChanged(refusals.OutcomeChanged):
    """The outcome is not the one that was on the screen; ``assessed`` is the present one."""

    def __init__(self, assessed: Assessed) -> None:
        super().__init__("The assessment has changed since you opened it. Read the new one, then decide again.")
        self.assessed = assessed


@transaction.atomic
def start_dose(
    *,
    dose_id: int,
    outcome_token: str,
    checker: User,
    identity_kind: str,
    identity_typed: str,
    actor: Actor,
    at: datetime,
) -> Dose:
    """Start the dose if the protocol, or a physician's order for this very outcome, lets it start now.

    Locks the course, grades what waits, assesses again and compares with the outcome the nurse saw. Raises
    ``OutcomeChanged`` (carrying the new assessment) when any criterion differs, else the refusal that applies;
    then nothing was written.
    """
    _require_clock(at)
    course = _lock_course_of(dose_id)
    assessed = _assessed(course, dose_id, outcome_token, at=at, cause="start")
    dose = doses.start(
        dose=assessed.dose,
        assessment=assessed.row,
        checker=checker,
        identity_kind=identity_kind,
        identity_typed=identity_typed,
        actor=actor,
        at=at,
    )
    return _after(course, dose, at=at)


@transaction.atomic
def end_dose(*, dose_id: int, given_iu: int | None, ended_at: datetime, actor: Actor, at: datetime) -> Dose:
    """Record that the infusion ended at ``ended_at``; ``given_iu`` None means the whole dose went in.

    More than the dose is a deviation and raises its alert.
    """
    course = _lock_course_of(dose_id)
    dose = doses.end(dose=_dose(dose_id), given_iu=given_iu, ended_at=ended_at, actor=actor, at=at)
    if dose.deviation:
        alerts.raise_deviation(course, dose, at=at)
    return _after(course, dose, at=at)


@transaction.atomic
def interrupt_dose(
    *, dose_id: int, given_iu: int, reason_code: str, reason_text: str, ended_at: datetime, actor: Actor, at: datetime
) -> Dose:
    """Record that the infusion was stopped before its end, with the amount that went in. It is never restarted."""
    course = _lock_course_of(dose_id)
    dose = doses.interrupt(
        dose=_dose(dose_id), given_iu=given_iu, reason_code=reason_code, reason_text=reason_text,
        ended_at=ended_at, actor=actor, at=at,
    )  # fmt: skip
    return _after(course, dose, at=at)


@transaction.atomic
def hold_dose(*, dose_id: int, reason_code: str, reason_text: str, actor: Actor, at: datetime) -> Dose:
    """Close the slot as held: it is not given and not made up."""
    course = _lock_course_of(dose_id)
    dose = doses.hold(dose=_dose(dose_id), reason_code=reason_code, reason_text=reason_text, actor=actor, at=at)
    return _after(course, dose, at=at)


@transaction.atomic
def refuse_dose(*, dose_id: int, reason_code: str, reason_text: str, actor: Actor, at: datetime) -> Dose:
    """Close the slot as refused by the patient."""
    course = _lock_course_of(dose_id)
    dose = doses.refuse(dose=_dose(dose_id), reason_code=reason_code, reason_text=reason_text, actor=actor, at=at)
    return _after(course, dose, at=at)


@transaction.atomic
def omit_dose(*, dose_id: int, reason_code: str, reason_text: str, actor: Actor, at: datetime) -> Dose:
    """Close the slot as omitted: it will not be given, and the reason is not toxicity."""
    course = _lock_course_of(dose_id)
    dose = doses.omit(dose=_dose(dose_id), reason_code=reason_code, reason_text=reason_text, actor=actor, at=at)
    return _after(course, dose, at=at)


@transaction.atomic
def record_deviation(
    *,
    dose_id: int,
    given_iu: int,
    started_at: datetime,
    ended_at: datetime,
    reason_text: str,
    actor: Actor,
    at: datetime,
) -> Dose:
    """Record a dose that was in fact given against the gate; counted, alarmed, never refused for a protocol reason."""
    course = _lock_course_of(dose_id)
    dose = deviations.record_given_deviation(
        dose=_dose(dose_id), given_iu=given_iu, started_at=started_at, ended_at=ended_at, reason_text=reason_text,
        actor=actor, at=at,
    )  # fmt: skip
    alerts.raise_deviation(course, dose, at=at)
    return _after(course, dose, at=at)


@transaction.atomic
def decide(
    *,
    dose_id: int,
    kind: str,
    outcome_token: str,
    reason_code: str,
    reason_text: str,
    reauthenticated: bool,
    actor: Actor,
    at: datetime,
    repeat_observation: UUID | None = None,
    due_at: datetime | None = None,
) -> Decision:
    """Keep a physician's order for the dose, bound to the outcome they saw; ``due_at`` is a delay's new due time.

    Raises ``OutcomeChanged`` when the outcome is another by now; a hold, a stop or a delay is taken whatever the
    outcome is. Where no dose is left, a stop is lifted on the last assessment of the slot at which it came to stand.
    """
    _require_clock(at)
    course = _lock_course_of(dose_id)
    binding = "" if kind in ("hold", "stop_cycle", "stop_permanent", "delay") else outcome_token
    if kind in decisions.LIFTS and next_dose(course) is None:
        row = _last_assessment(dose_id, binding)
    else:
        row = _assessed(course, dose_id, binding, at=at, cause="decision").row
    decision = decisions.decide(
        dose=_dose(dose_id),
        kind=kind,
        assessment=row,
        reason_code=reason_code,
        reason_text=reason_text,
        reauthenticated=reauthenticated,
        actor=actor,
        at=at,
        repeat_observation=repeat_observation,
        due_at=due_at,
    )
    assess_next_dose(course, at=at, cause="decision")
    live.changed(ward_id=ward_of(course.patient), at=at)
    return decision


def _require_clock(at: datetime) -> None:
    """Refuse to start or decide at an instant before one that this service has lived through already."""
    if is_behind(at):
        raise refusals.ClockIsBehind(
            "The server's clock has gone back, so nothing can be started or decided here. "
            "Use the paper sheet and call whoever looks after the server."
        )


def _lock_course_of(dose_id: int) -> Course:
    course_id = Dose.objects.values_list("cycle__course_id", flat=True).get(pk=dose_id)
    return courses.locked(course_id)


def _dose(dose_id: int) -> Dose:
    return Dose.objects.get(pk=dose_id)


def _assessed(course: Course, dose_id: int, outcome_token: str, *, at: datetime, cause: str) -> Assessed:
    """Grade what waits and assess; ``outcome_token`` "" binds to nothing."""
    grading.grade_pending(course, at=at, by_worker=False)
    assessed = assess_next_dose(course, at=at, cause=cause, used=True)
    if assessed is None or assessed.dose.pk != dose_id:
        raise refusals.NotTheNextDose("This is not the next dose of the cycle. Open the next one from the course page.")
    if outcome_token and assessed.token != outcome_token:
        raise OutcomeChanged(assessed)
    return assessed


def _last_assessment(dose_id: int, outcome_token: str) -> Assessment:
    """The newest stored assessment of a slot that lies behind; it must be the one that was seen."""
    row = newest_assessment_of(_dose(dose_id))
    if row is None or row.outcome_token != outcome_token:
        raise refusals.OutcomeChanged("The assessment has changed since you opened it. Read it, then decide again.")
    return row


def _after(course: Course, dose: Dose, *, at: datetime) -> Dose:
    """The dose was acted on: its alerts are over, the next one is looked at, the ward hears of it."""
    alerts.close_for(dose, at=at)
    events.dose_held(dose, at=at)
    grading.grade_pending(course, at=at, by_worker=False)
    assess_next_dose(course, at=at, cause="dose")
    live.changed(ward_id=ward_of(course.patient), at=at)
    return dose
