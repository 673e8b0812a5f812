"""Which of the grades that clinicians entered themselves stand?"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from monitoring.models import EnteredGrade


def standing_entries(course_id: int, *, at: datetime) -> QuerySet[EnteredGrade]:
    """The entries of a course that were neither replaced nor withdrawn, as of ``at``, oldest first."""
    rows = EnteredGrade.objects.filter(course=course_id, observed_at__lte=at, recorded_at__lte=at)
    return rows.exclude(grade=None).exclude(replaced_by__recorded_at__lte=at).order_by("observed_at", "id")


def newest_entries(course_id: int, *, at: datetime) -> dict[str, EnteredGrade]:
    """The entry that stands of each term: the newest by when it was seen, of two at one instant the worse."""
    rows = sorted(standing_entries(course_id, at=at), key=lambda row: (row.observed_at, row.grade or 0, row.pk))
    return {row.term: row for row in rows}
