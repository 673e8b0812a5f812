"""Where does a nurse chart values and bedside findings?"""

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
from monitoring.selectors.course_page import banner_of
from monitoring.selectors.predose_forms import finding_groups, meanings, value_groups
from monitoring.views.access import CLINICIANS, course_or_404, only_for, person_of


@require_GET
@only_for(*CLINICIANS)
def vitals(request: HttpRequest, course_id: int) -> HttpResponse:
    """The form for values. Nurses and physicians of the ward; that it was read is kept."""
    at = clock.now()
    course = course_or_404(request, course_id, at)
    reads.note(user=person_of(request), patient=course.patient, page="values", at=at)
    groups = {"groups": value_groups(course), "meanings": meanings(course)}
    return render(request, "forms/vitals.html", shown(course, at) | groups)


@require_GET
@only_for(*CLINICIANS)
def findings(request: HttpRequest, course_id: int) -> HttpResponse:
    """The form for bedside findings. Nurses and physicians of the ward; that it was read is kept."""
    at = clock.now()
    course = course_or_404(request, course_id, at)
    reads.note(user=person_of(request), patient=course.patient, page="findings", at=at)
    return render(request, "forms/findings.html", shown(course, at) | {"groups": finding_groups(course)})


def shown(course: Course, at: datetime) -> dict[str, Any]:
    """What both forms are given."""
    return {"course": course, "banner": banner_of(course, at), "at": at, "build": build()}
