"""What changed in grades already given, and why."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Regrading(models.Model):
    """One fact that came late or was changed, and every grade that is another because of it (append-only).

    ``cause`` is correction, cancellation, late, baseline, site_limit or finding; what it was is named by
    ``observation``, ``baseline``, ``site_limit`` or ``finding`` (the row that struck an answer, which changes acts
    and no grade). ``told`` is the cause in words. ``touched`` lists only real changes: ``{"observation", "observable",
    "observed_at", "shown", "term", "before", "after"}``, a grade None meaning not gradable or no longer counted.
    ``acts`` lists what was done on an assessment that rested on it:
    ``{"act", "dose", "dose_id", "assessment", "decision", "at", "verdict_then", "verdict_now", "more_severe"}``.
    """

    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="regradings")
    at = models.DateTimeField()
    cause = models.CharField(max_length=12)
    observation = models.ForeignKey(
        "monitoring.Observation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    baseline = models.ForeignKey(
        "monitoring.CourseBaseline", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    site_limit = models.ForeignKey(
        "monitoring.SiteLimit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    finding = models.ForeignKey(
        "monitoring.BedsideFinding", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told = models.CharField(max_length=300)
    touched = models.JSONField(default=list)
    acts = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="regrading_cause_is_known_and_named",
                condition=Q(
                    cause__in=("correction", "cancellation", "late"),
                    observation__isnull=False, baseline=None, site_limit=None, finding=None,
                )
                | Q(cause="baseline", observation=None, baseline__isnull=False, site_limit=None, finding=None)
                | Q(cause="site_limit", observation=None, baseline=None, site_limit__isnull=False, finding=None)
                | Q(cause="finding", observation=None, baseline=None, site_limit=None, finding__isnull=False),
            ),
            models.CheckConstraint(name="regrading_says_why", condition=~Q(told="")),
        ]  # fmt: skip
        indexes = [models.Index(fields=["course", "-id"], name="regrading_newest")]

    def __str__(self) -> str:
        return self.told
