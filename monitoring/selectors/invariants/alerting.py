"""Was everybody told who must know, and is every alert on its way to an answer?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from dosing.models import Assessment
from monitoring.domain.gate_alert import WINDOW_BEFORE_DUE
from monitoring.models import Alert, AlertEvent
from monitoring.selectors.invariants.invariant import Invariant

SWEEP_IS_LATE_AFTER = timedelta(seconds=15)


def untold(_at: datetime) -> Iterator[str]:
    """Assessments in a dose's window that did not say CONTINUE, about a dose without a gate's alert."""
    told = Alert.objects.filter(course=OuterRef("course"), dose=OuterRef("dose"), rule="gate")
    in_window = Assessment.objects.filter(at__gte=F("dose__due_at") - WINDOW_BEFORE_DUE)
    for row in in_window.filter(~Exists(told)).exclude(verdict="CONTINUE").iterator():
        yield f"assessment {row.pk} says {row.verdict} and raised no alert"


def unanswered(at: datetime) -> Iterator[str]:
    """Open alerts the sweep should have moved on (not reminders, nor what is over), and any never raised on record."""
    late = Q(next_due_at=None) | Q(next_due_at__lt=at - SWEEP_IS_LATE_AFTER)
    reminder = Q(severity="low", acknowledged_at=None) | Q(condition_gone_at__isnull=False)
    for alert in Alert.objects.filter(late, cleared_at=None).exclude(reminder):
        yield f"alert {alert.pk} stands and nothing is due for it since {alert.next_due_at}"
    raised = AlertEvent.objects.filter(alert=OuterRef("pk"), step="raised")
    for alert in Alert.objects.filter(~Exists(raised)):
        yield f"alert {alert.pk} was never raised on record"


INVARIANTS = (
    Invariant("I11", "Every verdict but CONTINUE in a dose's window raised its alert.", untold),
    Invariant("I12", "Every open alert is answered or escalated in time.", unanswered),
)
