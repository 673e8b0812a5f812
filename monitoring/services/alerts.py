"""Who must know: raising, re-opening, acknowledging and clearing alerts, each step kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from dosing.domain.outcome import Outcome
from dosing.domain.snapshot import TermGrade
from dosing.models import Assessment, Course, Dose
from dosing.selectors.whereabouts import ward_of
from dosing.services import courses
from dosing.services.people import require_clinician
from dosing.services.refusals import Refused
from il2ward.audit.actor import Actor
from il2ward.live import services as live
from il2ward.staff.models import Role, User
from monitoring.domain.alerts import Priority, reopens
from monitoring.domain.changed_facts import RULE, stands_until_a_physician_saw_it
from monitoring.domain.escalation import ack_expires_at, needs_physician, step_due_at
from monitoring.domain.gate_alert import WantedAlert, gate_alert, grade_alerts, running_alert
from monitoring.domain.renewals import late_alert
from monitoring.models import Alert, AlertEvent
from monitoring.selectors.roster import times_of
from monitoring.services import alert_messages, alert_steps, events

# What is raised for one dose: for the next one, or for the one that runs.
ABOUT_A_DOSE = ("gate", "late", "running-infusion")


class AlertIsClosed(Refused):
    """The alert was cleared meanwhile; there is nothing left to acknowledge."""


def follow(course: Course, dose: Dose, outcome: Outcome, row: Assessment, *, at: datetime) -> None:
    """Bring the alerts of ``dose`` in line with ``outcome``, in the assessment's own transaction."""
    standing = _standing(course, rule__in=ABOUT_A_DOSE)
    running = Dose.objects.filter(cycle__course=course, status="started").first()
    wanted = gate_alert(outcome, dose_number=dose.number, due_at=dose.due_at, at=at)
    late = late_alert(outcome.verdict, dose_number=dose.number, due_at=dose.due_at, at=at)
    _settle(course, dose, "gate", wanted, row, standing, at=at)
    _settle(course, dose, "late", late, row, standing, at=at)
    if running is not None:
        infusion = running_alert(outcome, dose_number=running.number)
        _settle(course, running, "running-infusion", infusion, row, standing, at=at)
    # A gate's alert is about the next dose only: those of doses acted on since have lost their condition.
    about = {"gate": dose.pk, "late": dose.pk, "running-infusion": None if running is None else running.pk}
    for (dose_id, rule), alert in standing.items():
        if dose_id != about[rule]:
            _condition_gone(alert, at=at)


def follow_grades(course: Course, grades: Sequence[TermGrade], names: dict[str, str], *, at: datetime) -> None:
    """Keep one alert per CTCAE term at grade 3 or more; a worse grade re-opens it. Subscribers hear of each step."""
    graded = {f"ctcae-{one.term}": one for one in grades}
    wanted = {alert.rule: alert for alert in grade_alerts(grades, names)}
    standing = _standing(course, dose=None, rule__startswith="ctcae-")
    for rule in sorted({*wanted, *(rule for _, rule in standing)}):
        step = _settle(course, None, rule, wanted.get(rule), None, standing, at=at)
        if step is not None:
            events.graded(step.alert, step.step, graded[rule], at=at)


def raise_deviation(course: Course, dose: Dose, *, at: datetime) -> None:
    """The alert of a dose given against the gate; it stands until acknowledged."""
    text = f"Dose {dose.number} was given against the gate. A physician must look at it now."
    standing = _standing(course, dose=dose, rule="deviation")
    _settle(course, dose, "deviation", WantedAlert("deviation", "high", text), None, standing, at=at)


def follow_changed_facts(
    course: Course, dose: Dose, key: str, wanted: WantedAlert | None, row: Assessment, *, at: datetime
) -> None:
    """Keep the one alert of an act on ``dose`` whose facts were changed after it; ``key`` names the act."""
    rule = f"{RULE}{key}"
    _settle(course, dose, rule, wanted, row, _standing(course, dose=dose, rule=rule), at=at)


def no_dose_left(course: Course, *, at: datetime) -> None:
    """No slot is left to assess: every gate's alert of the course has lost its condition."""
    for alert in _standing(course, rule__in=ABOUT_A_DOSE).values():
        _condition_gone(alert, at=at)


def close_for(dose: Dose, *, at: datetime) -> None:
    """The dose was acted on: what its gate and its infusion called for is over."""
    rules = ("gate", "late") if dose.status == "started" else ABOUT_A_DOSE
    for alert in _standing(dose.cycle.course, dose=dose, rule__in=rules).values():
        _condition_gone(alert, at=at)


Standing = dict[tuple[int | None, str], Alert]


def _standing(course: Course, **which: Any) -> Standing:
    """The alerts of the locked course that are not cleared, by dose and rule (a constraint lets no two stand)."""
    alerts = list(Alert.objects.filter(course=course, cleared_at=None, **which).order_by("pk"))
    for alert in alerts:
        alert.course = course
    return {(alert.dose_id, alert.rule): alert for alert in alerts}


def _settle(
    course: Course,
    dose: Dose | None,
    rule: str,
    wanted: WantedAlert | None,
    row: Assessment | None,
    standing: Standing,
    *,
    at: datetime,
) -> AlertEvent | None:
    """Bring one alert in line with what is wanted; return the step that told something new, None when none did."""
    alert = standing.get((None if dose is None else dose.pk, rule))
    if wanted is None:
        if alert is not None:
            _condition_gone(alert, at=at)
        return None
    if alert is None:
        return _raise(course, dose, wanted, row, at=at)
    return _update(alert, wanted, row, at=at)


def _raise(
    course: Course, dose: Dose | None, wanted: WantedAlert, row: Assessment | None, *, at: datetime
) -> AlertEvent:
    ward_id = ward_of(course.patient)
    alert = Alert.objects.create(
        course=course, ward_id=ward_id, dose=dose, rule=wanted.rule, severity=wanted.severity,
        verdict=wanted.verdict, text=wanted.text, criteria=list(wanted.criteria), assessment=row,
        raised_at=at, changed_at=at,
        next_due_at=step_due_at(Priority(wanted.severity), since=at, times=times_of(ward_id)),
    )  # fmt: skip
    return alert_steps.keep(alert, "raised", at=at)


def _update(alert: Alert, wanted: WantedAlert, row: Assessment | None, *, at: datetime) -> AlertEvent | None:
    """Same alert, perhaps new words; worse, back again, or high with a new criterion, it asks again.

    What came back begins at the bedside; what got worse stays with whom it had reached, and they are told again.
    """
    came_back = alert.condition_gone_at is not None
    is_same = (alert.severity, alert.text, alert.criteria) == (wanted.severity, wanted.text, list(wanted.criteria))
    if is_same and not came_back:
        return None
    adds_reason = bool(set(wanted.criteria) - set(alert.criteria))
    asks_again = reopens(
        Priority(alert.severity), Priority(wanted.severity), came_back=came_back, adds_reason=adds_reason
    )
    alert.severity, alert.text, alert.verdict = wanted.severity, wanted.text, wanted.verdict
    alert.criteria, alert.assessment, alert.changed_at = list(wanted.criteria), row, at
    alert.condition_gone_at = None
    if asks_again:
        alert.escalation = 0 if came_back else alert.escalation
        reopen(alert, at=at)
        alert_messages.queue_again(alert, at=at)
    alert.save()
    return alert_steps.keep(alert, "reopened" if asks_again else "updated", at=at)


def reopen(alert: Alert, *, at: datetime) -> None:
    """Forget the acknowledgement of an alert that must be answered anew, and let its time begin again; not saved."""
    alert.acknowledged_at = alert.acknowledged_by = alert.ack_expires_at = None
    alert.plan = ""
    alert.next_due_at = step_due_at(Priority(alert.severity), since=at, times=times_of(alert.ward_id))


def _condition_gone(alert: Alert, *, at: datetime) -> None:
    """Clear it when somebody has acknowledged it; else it stays latched on the board until somebody does.

    A low one (something is still missing) was a reminder: it goes with its condition.
    """
    if alert.acknowledged_at is not None or alert.severity == "low":
        _clear(alert, at=at)
    elif alert.condition_gone_at is None:
        alert.condition_gone_at = alert.changed_at = at
        alert.save()
        alert_steps.keep(alert, "condition_gone", at=at)


def _clear(alert: Alert, *, at: datetime) -> None:
    alert.condition_gone_at = alert.condition_gone_at or at
    alert.cleared_at, alert.next_due_at, alert.changed_at = at, None, at
    alert.save()
    alert_steps.keep(alert, "cleared", at=at)


@transaction.atomic
def acknowledge(*, alert_id: int, plan: str, actor: Actor, at: datetime) -> Alert:
    """Keep that ``actor`` has seen the alert and what they plan; it decides nothing.

    Acknowledging twice by the same person changes nothing. An alert that has left the bedside waits for a physician:
    a nurse's word is kept as seen and stops nothing. Raises ``AlertIsClosed``, ``NotAllowed``.
    """
    course_id = Alert.objects.values_list("course_id", flat=True).get(pk=alert_id)
    courses.locked(course_id)
    alert = Alert.objects.select_related("course__patient", "dose").get(pk=alert_id)
    if alert.cleared_at is not None:
        raise AlertIsClosed("This alert is already closed; nothing is left to acknowledge.")
    person = require_clinician(actor, alert.course.patient, at)
    if alert.acknowledged_by_id == person.pk and alert.plan == plan:
        return alert
    if person.role == Role.NURSE and waits_for_physician(alert):
        alert_steps.keep(alert, "seen", at=at, actor=actor, text=plan)
    else:
        _answered(alert, person, plan, actor=actor, at=at)
    live.changed(ward_id=alert.ward_id, at=at)
    return alert


def waits_for_physician(alert: Alert) -> bool:
    """Whether a nurse's acknowledgement would stop nothing; what is over may be closed by anybody of the ward."""
    return alert.condition_gone_at is None and needs_physician(alert.escalation, Priority(alert.severity))


def _answered(alert: Alert, person: User, plan: str, *, actor: Actor, at: datetime) -> None:
    alert.acknowledged_at, alert.acknowledged_by, alert.plan, alert.changed_at = at, person, plan, at
    due_at = alert.dose.due_at if alert.dose is not None and alert.rule == "gate" else None
    alert.ack_expires_at = alert.next_due_at = ack_expires_at(
        Priority(alert.severity), acknowledged_at=at, due_at=due_at, times=times_of(alert.ward_id)
    )
    alert.save()
    alert_steps.keep(alert, "acknowledged", at=at, actor=actor, text=plan)
    is_seen = actor.role == Role.PHYSICIAN and stands_until_a_physician_saw_it(alert.rule)
    if alert.condition_gone_at is not None or is_seen:
        _clear(alert, at=at)
