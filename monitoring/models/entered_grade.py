"""How bad a clinician found it, where a number cannot say."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class EnteredGrade(models.Model):
    """A clinician's own grade of one CTCAE term at one instant (append-only); a correction is a new row that names the
    one it ``replaces``.

    ``grade`` None: the entry it replaces was made in error, and nothing stands in its place. An entry stands until a
    later one of its term: what a person said, a person ends.
    """

    id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey("dosing.Patient", on_delete=models.PROTECT, related_name="entered_grades")
    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="entered_grades")
    term = models.CharField(max_length=40)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    ctcae_version = models.CharField(max_length=8)
    rules_sha256 = models.CharField(max_length=64)
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, default="", blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="entered_grade_from_0_to_5", condition=Q(grade=None) | Q(grade__gte=0, grade__lte=5)
            ),
            models.CheckConstraint(
                name="no_entered_grade_only_in_place_of_one",
                condition=Q(grade__isnull=False) | Q(replaces__isnull=False),
            ),
            models.CheckConstraint(
                name="replacing_grade_says_why", condition=Q(replaces=None) | (~Q(note="") & ~Q(replaces=F("id")))
            ),
            models.CheckConstraint(name="entered_grade_has_a_term", condition=~Q(term="")),
        ]
        indexes = [models.Index(fields=["course", "term", "-observed_at"], name="entered_grade_newest")]

    def __str__(self) -> str:
        return f"{self.term} {self.grade} by {self.recorded_by}"
