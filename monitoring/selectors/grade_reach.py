"""Which grade may this person reach? What is out of reach is not there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from il2ward.staff.models import User
from monitoring.models import EnteredGrade, ToxicityGrade
from monitoring.selectors import reach


def grade(user: User, grade_id: int, at: datetime) -> ToxicityGrade | None:
    """Return the grade, if its patient lies in one of the person's wards."""
    row = ToxicityGrade.objects.filter(pk=grade_id).first()
    return row if row is not None and reach.course(user, row.course_id, at) is not None else None


def entry(user: User, entry_id: UUID, at: datetime) -> EnteredGrade | None:
    """Return the entered grade, if its patient lies in one of the person's wards."""
    row = EnteredGrade.objects.filter(pk=entry_id).first()
    return row if row is not None and reach.course(user, row.course_id, at) is not None else None
