"""How is one step of an alert's life kept? As a row of its history, linked into the audit chain."""

from __future__ import annotations

from datetime import datetime

from il2ward.audit import services as audit
from il2ward.audit.actor import SYSTEM, Actor
from monitoring.models import Alert, AlertEvent
from monitoring.services import events


def keep(alert: Alert, step: str, *, at: datetime, actor: Actor = SYSTEM, text: str = "") -> AlertEvent:
    """Keep one step in the transaction that took it and return it; without ``text`` the alert's own words."""
    kept = AlertEvent.objects.create(
        alert=alert, step=step, at=at, by=actor.user, severity=alert.severity, text=(text or alert.text)[:300]
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
        body={
            "rule": alert.rule,
            "severity": alert.severity,
            "criteria": alert.criteria,
            "plan": alert.plan,
            "escalation": alert.escalation,
        },
    )
    events.alert_step(alert, kept, at=at)
    return kept
