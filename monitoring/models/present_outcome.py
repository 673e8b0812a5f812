"""What the protocol says right now: the newest run for a course's next dose, also when it says nothing new."""

from __future__ import annotations

from django.db import models


class PresentOutcome(models.Model):
    """A projection for the board, rewritten at every run: an ``Assessment`` row is kept only when the outcome
    changes, but the values behind it and the instant it lapses (``valid_until``) move with every reading.

    ``outcome`` is the lossless JSON of the domain's outcome; ``assessment`` is the stored row that says the same.
    ``renew`` is the standing reminder: what lapses before the dose is due, see ``monitoring.domain.renewals``.
    """

    course = models.OneToOneField(
        "dosing.Course", on_delete=models.PROTECT, primary_key=True, related_name="present_outcome"
    )
    dose = models.ForeignKey("dosing.Dose", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=14)
    valid_until = models.DateTimeField(null=True)
    outcome = models.JSONField()
    outcome_token = models.CharField(max_length=64)
    assessment = models.ForeignKey("dosing.Assessment", on_delete=models.PROTECT, related_name="+")
    renew = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.verdict
