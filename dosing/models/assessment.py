"""One immutable run of the protocol for one dose, with everything needed to run it again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

VERDICTS = ("STOP_PERMANENT", "STOP_CYCLE", "HOLD", "UNDECIDED", "REVIEW", "CONTINUE")


class Assessment(models.Model):
    """One stored assessment (append-only). ``snapshot`` and ``outcome`` are the lossless JSON of the domain's types.

    ``outcome_token`` names the outcome (verdict, met, unknown, protocol): values alone may move under it.
    ``evidence_seq`` is how much evidence it saw. ``at`` is the instant it was made for.
    """

    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="assessments")
    dose = models.ForeignKey("dosing.Dose", on_delete=models.PROTECT, related_name="assessments")
    at = models.DateTimeField()
    cause = models.CharField(max_length=20)
    verdict = models.CharField(max_length=14)
    met = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    valid_until = models.DateTimeField(null=True)
    snapshot = models.JSONField()
    outcome = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    outcome_token = models.CharField(max_length=64)
    protocol_sha256 = models.CharField(max_length=64)
    overlay_sha256 = models.CharField(max_length=64, default="")
    inputs_sha256 = models.CharField(max_length=64)
    ctcae_sha256 = models.CharField(max_length=64)
    evidence_seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="assessment_verdict_is_known", condition=Q(verdict__in=VERDICTS)),
            models.CheckConstraint(
                name="continue_says_until_when",
                condition=~Q(verdict="CONTINUE") | Q(valid_until__isnull=False),
            ),
        ]
        indexes = [
            # "the newest assessment of this dose", for the card, the gate and the course page
            models.Index(fields=["dose", "-id"], name="assessment_newest_of_dose"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} at {self.at:%Y-%m-%d %H:%M}"
