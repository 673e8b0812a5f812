"""How bad it is: grades by CTCAE term, what still waits to be graded, and what was made of each observation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class PendingGrading(models.Model):
    """The outbox of grading: one row per observation nobody has graded yet; deleted in the grading's transaction.

    ``course`` None means the patient has no open course; a course that opens later adopts it.
    """

    observation = models.OneToOneField(
        "monitoring.Observation", on_delete=models.PROTECT, primary_key=True, related_name="pending"
    )
    patient = models.ForeignKey("dosing.Patient", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, null=True, related_name="pending")
    since_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"ungraded since {self.since_at}"


class GradingOutcome(models.Model):
    """That one observation was looked at under one rules hash, and what came of it (append-only).

    ``result`` is graded, not_gradable (``why`` says it) or no_term (nothing in this CTCAE version reads it).
    ``revision`` 0 is the first look; a fact that came late or was changed adds the next one, and the newest counts.
    """

    observation = models.ForeignKey("monitoring.Observation", on_delete=models.PROTECT, related_name="gradings")
    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="+")
    rules_sha256 = models.CharField(max_length=64)
    result = models.CharField(max_length=12)
    why = models.CharField(max_length=200, default="")
    graded_at = models.DateTimeField()
    by_worker = models.BooleanField()
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["observation", "course", "rules_sha256", "revision"], name="graded_once_per_rules_and_revision"
            ),
            models.CheckConstraint(
                name="grading_result_is_known", condition=Q(result__in=("graded", "not_gradable", "no_term"))
            ),
        ]

    def __str__(self) -> str:
        return self.result


class ToxicityGrade(models.Model):
    """One CTCAE term's grade for one observation (append-only). ``grade`` None: could not be graded, ``why`` says why.

    ``at_least``: the number proves this grade and leaves a higher one open. ``proposed``: no clinician has
    confirmed it; it counts all the same. Of the revisions of one observation and term the newest counts; a revision
    has a row only for the terms that it changed.
    """

    observation = models.ForeignKey("monitoring.Observation", on_delete=models.PROTECT, related_name="grades")
    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="grades")
    term = models.CharField(max_length=40)
    grade = models.PositiveSmallIntegerField(null=True)
    at_least = models.BooleanField(default=False)
    proposed = models.BooleanField(default=False)
    why = models.CharField(max_length=300, default="")
    ctcae_version = models.CharField(max_length=8)
    rules_sha256 = models.CharField(max_length=64)
    observed_at = models.DateTimeField()
    graded_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["observation", "course", "term", "rules_sha256", "revision"],
                name="one_grade_per_term_rules_and_revision",
            ),
            models.CheckConstraint(name="grade_from_0_to_5", condition=Q(grade=None) | Q(grade__gte=0, grade__lte=5)),
            models.CheckConstraint(name="ungraded_says_why", condition=Q(grade__isnull=False) | ~Q(why="")),
        ]
        indexes = [models.Index(fields=["course", "term", "-observed_at"], name="grade_newest")]

    def __str__(self) -> str:
        return f"{self.term} {self.grade}"


class GradeConfirmation(models.Model):
    """A clinician's word on a proposed grade: confirmed as it is, or set to another (append-only)."""

    grade = models.ForeignKey(ToxicityGrade, on_delete=models.PROTECT, related_name="confirmations")
    confirmed_grade = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="confirmed_grade_from_0_to_5", condition=Q(confirmed_grade__lte=5)),
        ]

    def __str__(self) -> str:
        return f"grade {self.confirmed_grade} by {self.by}"
