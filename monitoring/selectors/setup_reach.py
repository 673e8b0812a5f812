"""Which cycle, or which course of somebody who has left, may this person reach? What is out of reach is not there."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, Subquery

from dosing.models import Course, Cycle, Placement
from il2ward.staff.models import User
from il2ward.staff.selectors import membership
from monitoring.selectors import reach


def cycle(user: User, cycle_id: int, at: datetime) -> Cycle | None:
    """Return the cycle, if its patient lies in one of the person's wards."""
    found = Cycle.objects.filter(pk=cycle_id).first()
    course = None if found is None else reach.course(user, found.course_id, at)
    if found is None or course is None:
        return None
    found.course = course
    return found


def course_ever(user: User, course_id: int, at: datetime) -> Course | None:
    """Return the course, if one of the person's wards is the last that its patient lay in; they may have left."""
    latest = Placement.objects.filter(patient=OuterRef("patient")).order_by("-from_at", "-id").values("ward")[:1]
    wards = [ward.pk for ward in membership.wards_of(user, at)]
    found = Course.objects.annotate(last_ward=Subquery(latest)).filter(pk=course_id, last_ward__in=wards)
    return found.select_related("patient", "site", "regimen", "protocol").first()
