"""What physicians ordered about doses, and the stops that stand until a physician lifts them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class DecisionKind(models.TextChoices):
    """A physician's word. Each but ``stop``, ``hold`` and ``delay`` binds to the outcome that was seen."""

    GIVE = "give", "Give"
    RELEASE = "release", "Release the hold"
    OVERRIDE = "override", "Give against the hold"
    HOLD = "hold", "Hold"
    STOP_CYCLE = "stop_cycle", "Stop this cycle"
    STOP_PERMANENT = "stop_permanent", "Stop for good"
    REFUTE = "refute", "Refute an artefact"
    REINSTATE = "reinstate", "Reinstate after a stop"
    ORDER_LATE = "order_late", "Give although overdue"
    DELAY = "delay", "Delay"


class Decision(models.Model):
    """One physician's order for one dose (append-only); never the system's word.

    ``outcome_token`` is the outcome it was made on: any new criterion voids a give, release or override.
    ``expires_at`` None means it does not expire. ``seconds`` points at the first physician's reinstatement
    that this one completes. ``reauthenticated`` says the password was given again for this very act.
    """

    dose = models.ForeignKey("dosing.Dose", on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=14, choices=DecisionKind.choices)
    assessment = models.ForeignKey("dosing.Assessment", on_delete=models.PROTECT, related_name="decisions")
    outcome_token = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    reason_code = models.CharField(max_length=40, default="", blank=True)
    reason_text = models.TextField(default="", blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    reauthenticated = models.BooleanField(default=False)
    seconds = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="seconded_by")
    repeat_observation = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="decision_kind_is_known", condition=Q(kind__in=DecisionKind.values)),
            models.CheckConstraint(
                name="override_and_lift_reauthenticated_with_reason",
                condition=~Q(kind__in=("override", "refute", "reinstate"))
                | Q(reauthenticated=True) & ~Q(reason_text="") & ~Q(reason_code=""),
            ),
            models.CheckConstraint(
                name="override_expires", condition=~Q(kind="override") | Q(expires_at__isnull=False)
            ),
            models.CheckConstraint(
                name="decision_expires_after_it_is_made",
                condition=Q(expires_at=None) | Q(expires_at__gt=F("at")),
            ),
            models.CheckConstraint(
                name="refute_names_the_repeat",
                condition=~Q(kind="refute") | Q(repeat_observation__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["dose", "-id"], name="decision_newest_of_dose")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.by}"


class StopLatch(models.Model):
    """A stop that stands: on a cycle (``STOP_CYCLE``) or on the patient for good (``STOP_PERMANENT``, cycle kept
    as where it arose). Lifted only by physicians: one with a repeat measurement, or two."""

    patient = models.ForeignKey("dosing.Patient", on_delete=models.PROTECT, related_name="stops")
    cycle = models.ForeignKey("dosing.Cycle", on_delete=models.PROTECT, related_name="stops")
    verdict = models.CharField(max_length=14)
    assessment = models.ForeignKey(
        "dosing.Assessment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.ForeignKey("dosing.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    criteria = models.JSONField(default=list)
    latched_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        "dosing.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="lifted"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "verdict"], condition=Q(lifted_at=None), name="one_standing_stop_per_cycle"
            ),
            models.CheckConstraint(
                name="stop_latch_is_a_stop", condition=Q(verdict__in=("STOP_CYCLE", "STOP_PERMANENT"))
            ),
            models.CheckConstraint(
                name="stop_has_a_cause", condition=Q(assessment__isnull=False) | Q(decision__isnull=False)
            ),
            models.CheckConstraint(
                name="stop_lifted_by_a_decision",
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.verdict
