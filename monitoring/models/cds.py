"""What was a hospital system told about an order, so that its feedback finds what it is about?"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class CdsAnswer(models.Model):
    """One card that was told to a system about a patient's next dose (append-only).

    ``verdict`` and ``outcome_token`` are those of the assessment at ``at``; both "" and ``dose`` None when no dose is
    left to assess.
    """

    card = models.UUIDField(primary_key=True)
    device = models.ForeignKey("staff.Device", on_delete=models.PROTECT, related_name="+")
    hook = models.CharField(max_length=24)
    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="+")
    dose = models.ForeignKey("dosing.Dose", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verdict = models.CharField(max_length=14, default="", blank=True)
    outcome_token = models.CharField(max_length=64, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="card_tells_a_verdict_of_a_dose",
                condition=Q(dose=None, verdict="", outcome_token="")
                | (Q(dose__isnull=False) & ~Q(verdict="") & ~Q(outcome_token="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hook} {self.verdict}"
