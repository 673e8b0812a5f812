"""What is told to hospital systems, and when? Written with what happened, in its transaction: both or neither."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from dosing.domain.snapshot import TermGrade
from dosing.models import Assessment, Course, Dose
from dosing.selectors.holds import HOLDING
from il2ward.live import services as live
from monitoring.models import Alert, AlertEvent, Delivery, Subscription
from monitoring.selectors import told_names

# After so long nobody acts on it any more; the admin sees that it was given up.
KEPT_FOR = timedelta(hours=24)
TASK = "monitoring.tell_subscriber"
TOLD_STEPS = ("raised", "reopened", "escalated")
TOLD_SEVERITIES = ("high", "medium")


def assessed(course: Course, row: Assessment, *, at: datetime) -> None:
    """Tell of a hold or stop that this run found first; a run that says what the one before it said tells nothing."""
    if row.at != at or row.verdict not in HOLDING:
        return
    before = Assessment.objects.filter(dose_id=row.dose_id, pk__lt=row.pk).order_by("-pk").first()
    if before is not None and (before.verdict, before.met) == (row.verdict, row.met):
        return
    topic = "hold" if row.verdict == "HOLD" else "stop"
    subscriptions = _listening(course, topic)
    if subscriptions:
        told = {"verdict": row.verdict, "dose": row.dose.number, "resource": f"DetectedIssue/{row.pk}",
                "evidence": told_names.evidence_of(row)}  # fmt: skip
        _tell(subscriptions, course, f"assessment:{row.pk}", told, at=at)


def dose_held(dose: Dose, *, at: datetime) -> None:
    """Tell that a dose was closed as held; one closed otherwise tells nothing."""
    if dose.status != "held":
        return
    course = dose.cycle.course
    if subscriptions := _listening(course, "dose-held"):
        told = {"dose": dose.number, "resource": f"MedicationAdministration/{dose.pk}"}
        _tell(subscriptions, course, f"dose:{dose.pk}", told, at=at)


def graded(alert: Alert, step: str, grade: TermGrade, *, at: datetime) -> None:
    """Tell of a grade of 3 or more, once as proposed and once as confirmed, and again when its alert re-opens."""
    if subscriptions := _listening(alert.course, "grade-3"):
        state = "proposed" if grade.proposed else "confirmed"
        again = f":{at.isoformat()}" if step == "reopened" else ""
        told = {"term": grade.term, "grade": grade.grade, "state": state,
                "resource": told_names.grade_reference(alert.course, grade)}  # fmt: skip
        _tell(subscriptions, alert.course, f"grade:{alert.pk}:{grade.grade}:{state}{again}", told, at=at)


def alert_step(alert: Alert, step: AlertEvent, *, at: datetime) -> None:
    """Tell that a medium or high alert was raised, re-opened or escalated; its words stay here."""
    if step.step not in TOLD_STEPS or alert.severity not in TOLD_SEVERITIES:
        return
    if subscriptions := _listening(alert.course, "alert"):
        found = f"DetectedIssue/{alert.assessment_id}" if alert.verdict in HOLDING and alert.assessment_id else ""
        told = {"alert": alert.pk, "step": step.step, "severity": alert.severity, "resource": found}
        _tell(subscriptions, alert.course, f"alert-step:{step.pk}", told, at=at)


def _listening(course: Course, topic: str) -> list[Subscription]:
    wanted = Subscription.objects.filter(topic=topic, off_at=None, ended_at=None)
    return list(wanted.filter(device__site_id=course.site_id, device__revoked_at=None).order_by("pk"))


def _tell(
    subscriptions: list[Subscription], course: Course, subject: str, told: Mapping[str, Any], *, at: datetime
) -> None:
    """Put the event in line for each subscription. The audit head is locked by now, so ids come in order of commit."""
    rows = [_delivery(one, course, subject, told, at) for one in subscriptions]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    for one in subscriptions:
        live.wake(TASK, subscription_id=one.pk)


def _delivery(
    subscription: Subscription, course: Course, subject: str, told: Mapping[str, Any], at: datetime
) -> Delivery:
    event_id = uuid4()
    body = {
        "id": str(event_id),
        "type": f"il2ward.{subscription.topic}",
        "timestamp": at.isoformat(),
        "subscription": subscription.pk,
        "patient": f"Patient/{course.patient_id}",
        "course": course.pk,
        **{name: value for name, value in told.items() if value not in ("", [])},
    }
    return Delivery(
        subscription=subscription, event_id=event_id, subject=subject, body=json.dumps(body, separators=(",", ":")),
        occurred_at=at, next_at=at, give_up_at=at + KEPT_FOR,
    )  # fmt: skip
