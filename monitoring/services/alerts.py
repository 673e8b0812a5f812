"""Who must know: raising, re-opening, acknowledging, escalating and clearing alerts, each step kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from dosing.domain.outcome import Outcome
from dosing.domain.snapshot import TermGrade
from dosing.models import Assessment, Course, Dose
from dosing.selectors.whereabouts import ward_of
from dosing.services import courses
from dosing.services.people import require_clinician
from dosing.services.refusals import Refused
from il2ward.audit import services as audit
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.live import services as live
from monitoring.domain.alerts import ACK_HOLDS_FOR, STEP_AFTER, Priority
from monitoring.domain.changed_facts import RULE, stands_until_a_physician_saw_it
from monitoring.domain.gate_alert import RANK, WantedAlert, gate_alert, grade_alerts, running_alert
from monitoring.models import Alert, AlertEvent

ROLE_WORDS = ("nurse", "physician on call", "second physician", "ward fallback")


class AlertIsClosed(Refused):
    """The alert was cleared meanwhile; there is nothing left to acknowledge."""


def follow(course: Course, dose: Dose, outcome: Outcome, row: Assessment, *, at: datetime) -> None:
    """Bring the alerts of ``dose`` in line with ``outcome``, in the assessment's own transaction."""
    wanted = gate_alert(outcome, dose_number=dose.number, due_at=dose.due_at, at=at)
    _settle(course, dose, "gate", wanted, row, at=at)
    _close_others(course, dose, at=at)
    running = Dose.objects.filter(cycle__course=course, status="started").first()
    if running is not None:
        _settle(course, running, "running-infusion", running_alert(outcome, dose_number=running.number), row, at=at)


def follow_grades(course: Course, grades: Sequence[TermGrade], names: dict[str, str], *, at: datetime) -> None:
    """Keep one alert per CTCAE term at grade 3 or more; a worse grade re-opens it."""
    wanted = {alert.rule: alert for alert in grade_alerts(grades, names)}
    standing = Alert.objects.filter(course=course, dose=None, cleared_at=None, rule__startswith="ctcae-")
    for rule in {*wanted, *standing.values_list("rule", flat=True)}:
        _settle(course, None, rule, wanted.get(rule), None, at=at)


def raise_deviation(course: Course, dose: Dose, *, at: datetime) -> None:
    """The alert of a dose given against the gate; it stands until acknowledged."""
    text = f"Dose {dose.number} was given against the gate. A physician must look at it now."
    _settle(course, dose, "deviation", WantedAlert("deviation", "high", text), None, at=at)


def follow_changed_facts(
    course: Course, dose: Dose, key: str, wanted: WantedAlert | None, row: Assessment, *, at: datetime
) -> None:
    """Keep the one alert of an act on ``dose`` whose facts were changed after it; ``key`` names the act."""
    _settle(course, dose, f"{RULE}{key}", wanted, row, at=at)


def _close_others(course: Course, dose: Dose, *, at: datetime) -> None:
    """A gate's alert is about the next dose only: those of doses acted on since have lost their condition."""
    for alert in Alert.objects.filter(course=course, cleared_at=None, rule="gate").exclude(dose=dose):
        _condition_gone(alert, at=at)
    for alert in Alert.objects.filter(course=course, cleared_at=None, rule="running-infusion").exclude(
        dose__status="started"
    ):
        _condition_gone(alert, at=at)


def no_dose_left(course: Course, *, at: datetime) -> None:
    """No slot is left to assess: every gate's alert of the course has lost its condition."""
    for alert in Alert.objects.filter(course=course, cleared_at=None, rule__in=("gate", "running-infusion")):
        _condition_gone(alert, at=at)


def close_for(dose: Dose, *, at: datetime) -> None:
    """The dose was acted on: what its gate and its infusion called for is over."""
    rules = ("gate",) if dose.status == "started" else ("gate", "running-infusion")
    for alert in Alert.objects.filter(dose=dose, cleared_at=None, rule__in=rules):
        _condition_gone(alert, at=at)


def _settle(
    course: Course, dose: Dose | None, rule: str, wanted: WantedAlert | None, row: Assessment | None, *, at: datetime
) -> None:
    standing = Alert.objects.filter(course=course, dose=dose, rule=rule, cleared_at=None).first()
    if wanted is None:
        if standing is not None:
            _condition_gone(standing, at=at)
    elif standing is None:
        _raise(course, dose, wanted, row, at=at)
    else:
        _update(standing, wanted, row, at=at)


def _raise(course: Course, dose: Dose | None, wanted: WantedAlert, row: Assessment | None, *, at: datetime) -> None:
    alert = Alert.objects.create(
        course=course, ward_id=ward_of(course.patient), dose=dose, rule=wanted.rule, severity=wanted.severity,
        verdict=wanted.verdict, text=wanted.text, criteria=list(wanted.criteria), assessment=row,
        raised_at=at, changed_at=at, next_due_at=at + STEP_AFTER[Priority(wanted.severity)],
    )  # fmt: skip
    _step(alert, "raised", at=at)


def _update(alert: Alert, wanted: WantedAlert, row: Assessment | None, *, at: datetime) -> None:
    """Same alert, perhaps new words; a worse severity or a new criterion re-opens an acknowledged one."""
    worse = RANK[wanted.severity] > RANK[alert.severity]
    added = bool(set(wanted.criteria) - set(alert.criteria)) and wanted.severity == "high"
    came_back = alert.condition_gone_at is not None
    if (alert.severity, alert.text, list(wanted.criteria)) == (
        wanted.severity,
        wanted.text,
        alert.criteria,
    ) and not came_back:
        return
    alert.severity, alert.text, alert.verdict = wanted.severity, wanted.text, wanted.verdict
    alert.criteria, alert.assessment, alert.changed_at = list(wanted.criteria), row, at
    alert.condition_gone_at = None
    if worse or added or came_back:
        _reopen(alert, at=at)
    alert.save()
    _step(alert, "reopened" if worse or added or came_back else "updated", at=at)


def _reopen(alert: Alert, *, at: datetime) -> None:
    alert.acknowledged_at = alert.acknowledged_by = alert.ack_expires_at = None
    alert.plan, alert.escalation = "", 0
    alert.next_due_at = at + STEP_AFTER[Priority(alert.severity)]


def _condition_gone(alert: Alert, *, at: datetime) -> None:
    """Clear it when somebody has acknowledged it; else it stays latched on the board until somebody does.

    A low one (something is still missing) was a reminder: it goes with its condition.
    """
    if alert.acknowledged_at is not None or alert.severity == "low":
        _clear(alert, at=at)
    elif alert.condition_gone_at is None:
        alert.condition_gone_at = alert.changed_at = at
        alert.save()
        _step(alert, "condition_gone", at=at)


def _clear(alert: Alert, *, at: datetime) -> None:
    alert.condition_gone_at = alert.condition_gone_at or at
    alert.cleared_at, alert.next_due_at, alert.changed_at = at, None, at
    alert.save()
    _step(alert, "cleared", at=at)


def _step(alert: Alert, step: str, *, at: datetime, actor: Actor = SYSTEM, text: str = "") -> None:
    """Keep one step of the alert's life, with its link in the audit chain."""
    AlertEvent.objects.create(
        alert=alert, step=step, at=at, by=actor.user, severity=alert.severity, text=text or alert.text
    )
    audit.append(
        event=f"alert.{step}",
        actor=actor,
        at=at,
        subject="alert",
        subject_id=str(alert.pk),
        patient_id=str(alert.course.patient_id),
        course_id=alert.course_id,
        site_id=alert.course.site_id,
        body={"rule": alert.rule, "severity": alert.severity, "criteria": alert.criteria, "plan": alert.plan},
    )


@transaction.atomic
def acknowledge(*, alert_id: int, plan: str, actor: Actor, at: datetime) -> Alert:
    """Keep that ``actor`` has seen the alert and what they plan; it decides nothing.

    Acknowledging twice by the same person changes nothing. Raises ``AlertIsClosed``, ``NotAllowed``.
    """
    course_id = Alert.objects.values_list("course_id", flat=True).get(pk=alert_id)
    courses.locked(course_id)
    alert = Alert.objects.select_related("course__patient").get(pk=alert_id)
    if alert.cleared_at is not None:
        raise AlertIsClosed("This alert is already closed; nothing is left to acknowledge.")
    person = require_clinician(actor, alert.course.patient, at)
    if alert.acknowledged_by_id == person.pk and alert.plan == plan:
        return alert
    alert.acknowledged_at, alert.acknowledged_by, alert.plan, alert.changed_at = at, person, plan, at
    alert.ack_expires_at = alert.next_due_at = at + ACK_HOLDS_FOR[Priority(alert.severity)]
    alert.save()
    _step(alert, "acknowledged", at=at, actor=actor, text=plan)
    is_seen = actor.role == "physician" and stands_until_a_physician_saw_it(alert.rule)
    if alert.condition_gone_at is not None or is_seen:
        _clear(alert, at=at)
    live.changed(ward_id=alert.ward_id, at=at)
    return alert


def sweep(*, at: datetime) -> int:
    """Take the next step of every alert whose time has come: an acknowledgement expires, an unanswered one escalates.

    Returns how many moved. Safe to run twice: each step moves ``next_due_at`` on, under the course's lock.
    """
    due = Alert.objects.filter(cleared_at=None, next_due_at__lte=at).values_list("pk", "course_id")
    return sum(_take_step(alert_id, course_id, at=at) for alert_id, course_id in list(due))


@transaction.atomic
def _take_step(alert_id: int, course_id: int, *, at: datetime) -> bool:
    courses.locked(course_id)
    alert = (
        Alert.objects.select_related("course__patient")
        .filter(pk=alert_id, cleared_at=None, next_due_at__lte=at)
        .first()
    )
    if alert is None:
        return False
    if alert.acknowledged_at is not None:
        _reopen(alert, at=at)
        step, text = "ack_expired", "The acknowledgement has expired; the reason still stands."
    else:
        alert.escalation = min(alert.escalation + 1, len(ROLE_WORDS) - 1)
        alert.next_due_at = at + STEP_AFTER[Priority(alert.severity)]
        step, text = "escalated", f"Not acknowledged: now with the {ROLE_WORDS[alert.escalation]}."
    alert.changed_at = at
    alert.save()
    _step(alert, step, at=at, text=text)
    live.changed(ward_id=alert.ward_id, at=at)
    return True
