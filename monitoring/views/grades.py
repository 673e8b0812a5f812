"""Where does a clinician confirm proposed grades, and grade what no number can?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from il2ward import clock
from il2ward.audit.services import reads
from il2ward.build import build
from il2ward.staff.models import Role
from monitoring.selectors.course_page import banner_of
from monitoring.selectors.grades_page import grades_page_of
from monitoring.views.access import CLINICIANS, STAFF, course_or_404, only_for, person_of


@require_GET
@only_for(*STAFF)
def page(request: HttpRequest, course_id: int) -> HttpResponse:
    """The grades of one course. Every role, members of the ward only; that it was read is kept."""
    at, person = clock.now(), person_of(request)
    course = course_or_404(request, course_id, at)
    reads.note(user=person, patient=course.patient, page="grades", at=at)
    shown = {
        "page": grades_page_of(course, at=at),
        "course": course,
        "banner": banner_of(course, at),
        "at": at,
        "build": build(),
        "may_write": person.role in CLINICIANS,
        "is_physician": person.role == Role.PHYSICIAN,
    }
    return render(request, "grades/page.html", shown)
