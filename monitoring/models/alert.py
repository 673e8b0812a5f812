"""Who must know: alerts with their life, and every step of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Alert(models.Model):
    """One alert: the gate's, one per course and dose (``rule`` "gate"), or another, one per course and rule.

    ``severity`` is high, medium or low. ``acknowledged_at`` empties again when it re-opens worse or the
    acknowledgement expires at ``ack_expires_at``. ``escalation`` counts the steps taken. ``next_due_at`` is when
    the sweep must look again (None: never). Cleared by the system only when the condition is gone and acknowledged;
    ``condition_gone_at`` without acknowledgement keeps it latched on the board.
    """

    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="alerts")
    ward = models.ForeignKey("staff.Ward", on_delete=models.PROTECT, null=True, related_name="alerts")
    dose = models.ForeignKey("dosing.Dose", on_delete=models.PROTECT, null=True, blank=True, related_name="alerts")
    rule = models.CharField(max_length=60)
    severity = models.CharField(max_length=6)
    verdict = models.CharField(max_length=14, default="", blank=True)
    text = models.CharField(max_length=300)
    criteria = models.JSONField(default=list)
    assessment = models.ForeignKey(
        "dosing.Assessment", on_delete=models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    raised_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    plan = models.CharField(max_length=200, default="", blank=True)
    ack_expires_at = models.DateTimeField(null=True, blank=True)
    condition_gone_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    escalation = models.PositiveSmallIntegerField(default=0)
    next_due_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "dose", "rule"],
                condition=Q(cleared_at=None, dose__isnull=False),
                name="one_open_alert_per_dose_and_rule",
            ),
            models.UniqueConstraint(
                fields=["course", "rule"],
                condition=Q(cleared_at=None, dose=None),
                name="one_open_alert_per_course_and_rule",
            ),
            models.CheckConstraint(name="alert_severity_is_known", condition=Q(severity__in=("high", "medium", "low"))),
            models.CheckConstraint(
                name="acknowledged_by_somebody",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["ward", "cleared_at"], name="open_alerts_of_ward")]

    def __str__(self) -> str:
        return self.text


class AlertEvent(models.Model):
    """One step in an alert's life (append-only): raised, reopened, updated, acknowledged, ack_expired, escalated,
    sent_on (by hand), seen (by a nurse, above the bedside), told and not_told (outside the ward), commented,
    condition_gone, cleared."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    severity = models.CharField(max_length=6)
    text = models.CharField(max_length=300, default="")

    def __str__(self) -> str:
        return self.step
