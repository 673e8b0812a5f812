"""Who may open a page? Every page names its roles; what lies on another ward is not there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest

from dosing.models import Course, Dose
from il2ward.staff import shared
from il2ward.staff.doors import CLINICIANS, STAFF, only_for, person_of
from il2ward.staff.models import Ward
from il2ward.staff.selectors import membership
from il2ward.staff.selectors.shifts import on_shift
from monitoring.selectors import reach

__all__ = [
    "CLINICIANS",
    "STAFF",
    "course_or_404",
    "dose_or_404",
    "only_for",
    "person_of",
    "second_people",
    "ward_or_404",
]


def second_people(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What a form needs where a second person signs.

    ``colleagues``: who else is on shift on this ward's tablets and has a PIN; None away from a tablet.
    ``asks_own_pin``: whether the person gives their own PIN as well.
    """
    tablet = shared.tablet_of(request) if shared.runs_on(request) is not None else None
    if tablet is None:
        return {"colleagues": None, "asks_own_pin": False}
    person = person_of(request)
    others = [one for one in on_shift(tablet.ward_id, at) if one.pk != person.pk and hasattr(one, "pin")]
    return {"colleagues": others, "asks_own_pin": hasattr(person, "pin")}


def ward_or_404(request: HttpRequest, ward_id: int, at: datetime) -> Ward:
    """Return the ward when the person works on it; 404 otherwise, as if it did not exist."""
    if not membership.may_see_ward(person_of(request), ward_id, at):
        raise Http404
    return Ward.objects.select_related("site").get(pk=ward_id)


def course_or_404(request: HttpRequest, course_id: int, at: datetime) -> Course:
    """Return the course when its patient lies on a ward of the person's; 404 otherwise."""
    found = reach.course(person_of(request), course_id, at)
    if found is None:
        raise Http404
    return found


def dose_or_404(request: HttpRequest, dose_id: int, at: datetime) -> Dose:
    """Return the dose when its patient lies on a ward of the person's; 404 otherwise."""
    found = reach.dose(person_of(request), dose_id, at)
    if found is None:
        raise Http404
    return found
