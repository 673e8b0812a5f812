"""What a person found at the bedside, criterion by criterion."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class BedsideFinding(models.Model):
    """One answer to one asked criterion (append-only). ``question`` and ``option`` are what the screen showed;
    one option may answer several criteria, one row each, sharing ``round_id``."""

    id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey("dosing.Patient", on_delete=models.PROTECT, related_name="findings")
    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="findings")
    criterion = models.CharField(max_length=60)
    state = models.CharField(max_length=8)
    question = models.CharField(max_length=60)
    option = models.CharField(max_length=60)
    round_id = models.UUIDField()
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_in_error = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="struck_by"
    )
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="finding_state_is_known",
                condition=Q(state__in=("present", "absent", "not_done", "unable")),
            ),
            models.CheckConstraint(
                name="struck_finding_has_a_reason", condition=Q(entered_in_error=None) | ~Q(reason="")
            ),
            models.UniqueConstraint(fields=["round_id", "criterion"], name="finding_once_per_round"),
        ]
        indexes = [
            models.Index(fields=["course", "criterion", "-observed_at"], name="finding_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.state}"


class FindingResolution(models.Model):
    """A physician's word that a finding is over (append-only)."""

    finding = models.OneToOneField(BedsideFinding, on_delete=models.PROTECT, related_name="resolution")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(name="resolution_has_a_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.finding} resolved"
