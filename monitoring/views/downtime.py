"""What does a ward print for the hours in which the network is down?"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dosing.models import Course
from il2ward import clock
from il2ward.audit.services import reads
from il2ward.build import build
from monitoring.selectors.board_rows import rows_of_ward
from monitoring.selectors.downtime import sheet_of
from monitoring.views.access import STAFF, course_or_404, only_for, person_of, ward_or_404


@require_GET
@only_for(*STAFF)
def course(request: HttpRequest, course_id: int) -> HttpResponse:
    """The sheet of one course. Every role, members of the ward only; that it was read is kept."""
    at = clock.now()
    return printed(request, [course_or_404(request, course_id, at)], at)


@require_GET
@only_for(*STAFF)
def ward(request: HttpRequest, ward_id: int) -> HttpResponse:
    """The sheets of every course of the ward, a page break between them. Every role, members of the ward only."""
    at = clock.now()
    ward_or_404(request, ward_id, at)
    wanted = [bed.course.pk for bed in rows_of_ward(ward_id) if bed.course]
    return printed(request, [course_or_404(request, course_id, at) for course_id in wanted], at)


def printed(request: HttpRequest, courses: list[Course], at: datetime) -> HttpResponse:
    """Render the sheets of ``courses``, noting each patient's as read."""
    person = person_of(request)
    for one in courses:
        reads.note(user=person, patient=one.patient, page="downtime sheet", at=at)
    sheets = sorted((sheet_of(one, at) for one in courses), key=lambda sheet: sheet.banner.bed.zfill(6))
    return render(request, "downtime/page.html", {"sheets": sheets, "at": at, "build": build(), "person": person})
