"""What does a person see about one course, and what may a physician decide there?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dosing.models import Course
from il2ward import clock
from il2ward.audit.services import reads
from il2ward.build import build
from il2ward.staff.models import Role
from monitoring.selectors.course_page import CoursePage, course_page_of
from monitoring.selectors.course_page_toxicity import event_rows
from monitoring.selectors.grades_page import waiting_count
from monitoring.selectors.regrading_words import changed_acts
from monitoring.selectors.trends import ON_THE_COURSE_PAGE, trends_of
from monitoring.views.access import CLINICIANS, STAFF, course_or_404, only_for, person_of
from monitoring.views.trends import around

PLANS = ("Coming to the bed", "Measuring again", "Physician informed", "Will decide before the dose")


@require_GET
@only_for(*STAFF)
def page(request: HttpRequest, course_id: int) -> HttpResponse:
    """One patient's course. Every role, members of the ward only; that it was read is kept."""
    at = clock.now()
    course = course_or_404(request, course_id, at)
    reads.note(user=person_of(request), patient=course.patient, page="course", at=at)
    still = adverse_events_of(course, at) | around(trends_of(course, at, span="24h", only=ON_THE_COURSE_PAGE))
    return render(request, "course/page.html", shown(request, course_page_of(course, at), at) | still)


@require_GET
@only_for(*STAFF)
def picture(request: HttpRequest, course_id: int) -> HttpResponse:
    """The living part of the page, for one that is open. Every role, members of the ward only."""
    at = clock.now()
    course = course_or_404(request, course_id, at)
    return render(request, "course/picture.html", shown(request, course_page_of(course, at), at))


def adverse_events_of(course: Course, at: datetime) -> dict[str, Any]:
    """The part of the page that does not renew itself: it says as of when it stands."""
    return {"events": event_rows(course.pk, at), "waiting": waiting_count(course.pk, at=at)}


def shown(request: HttpRequest, page: CoursePage, at: datetime) -> dict[str, Any]:
    """What the course's templates are given."""
    role = person_of(request).role
    return {
        "page": page,
        "card": page.card,
        "course": page.course,
        "banner": page.banner,
        "at": at,
        "build": build(),
        "may_decide": role == Role.PHYSICIAN,
        "may_write": role in CLINICIANS,
        "plans": PLANS,
        "changed_acts": changed_acts(page.course.pk),
    }
