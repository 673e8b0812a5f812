"""Who looked through a completed course and signed that it is accounted for?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class CourseReview(models.Model):
    """An admin's sign-off of a completed course, with the password given again (append-only; the newest counts).

    ``accepted`` is the list, as ``{"key", "text"}``, of what was not accounted for and was accepted as it is.
    ``audit_seq`` is the last audit event of the course that it covers: a later one leaves the sign-off behind.
    """

    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="reviews")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    statement = models.CharField(max_length=2000)
    accepted = models.JSONField(default=list)
    audit_seq = models.BigIntegerField()
    reauthenticated = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="course_review_says_something", condition=~Q(statement="")),
            models.CheckConstraint(name="course_review_reauthenticated", condition=Q(reauthenticated=True)),
            models.CheckConstraint(name="course_review_covers_events", condition=Q(audit_seq__gte=0)),
        ]
        indexes = [models.Index(fields=["course", "-id"], name="course_review_newest")]

    def __str__(self) -> str:
        return f"review of {self.course} by {self.by}"
