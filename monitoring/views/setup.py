"""Where does a physician set a course up, a second person work its doses out, and who says what came of it?"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dosing.models import Course, Patient
from dosing.models.course import EndReason
from dosing.selectors.stops import permanent_stops
from dosing.selectors.whereabouts import open_course_of
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.audit.services import reads
from il2ward.build import build
from il2ward.staff.models import Role
from monitoring.selectors import reach, setup_reach
from monitoring.selectors.course_page import Banner
from monitoring.selectors.response_page import ResponsePage, response_page_of
from monitoring.selectors.setup_choices import ctcae_versions, protocols_at, regimens_at
from monitoring.selectors.setup_page import SetupPage, banner_of_patient, setup_page_of
from monitoring.views.access import CLINICIANS, course_or_404, only_for, person_of, second_people


@require_GET
@only_for(Role.PHYSICIAN)
def new(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form that opens a patient's next course. Physicians of the ward; that it was read is kept."""
    at = clock.now()
    patient = patient_or_404(request, patient_id, at)
    reads.note(user=person_of(request), patient=patient, page="course set-up", at=at)
    regimens, protocols = regimens_at(patient.site), protocols_at(patient.site)
    shown = {
        "patient": patient,
        "banner": banner_of_patient(patient, at),
        "open_course": open_course_of(patient),
        "stops": permanent_stops(patient),
        "regimens": regimens,
        "protocols": protocols,
        "shut_regimens": sum(bool(one.refused) for one in regimens),
        "shut_protocols": sum(bool(one.refused) for one in protocols),
        "versions": ctcae_versions(),
        "earlier": Course.objects.filter(patient=patient, status="ended").order_by("number"),
    }
    return render(request, "setup/new.html", shown | around(request, at))


@require_GET
@only_for(*CLINICIANS)
def page(request: HttpRequest, course_id: int) -> HttpResponse:
    """What is still to be done before the first dose. Clinicians of the ward; that it was read is kept."""
    at = clock.now()
    course = course_or_404(request, course_id, at)
    reads.note(user=person_of(request), patient=course.patient, page="course set-up", at=at)
    found = setup_page_of(course, at)
    given = {"page": found, "course": course, "banner": found.banner} | around(request, at)
    return render(request, "setup/page.html", given | second_people(request, at))


@require_GET
@only_for(*CLINICIANS)
def response(request: HttpRequest, course_id: int) -> HttpResponse:
    """The response to a course and the advice on another. Clinicians of the last ward; that it was read is kept."""
    at = clock.now()
    course = setup_reach.course_ever(person_of(request), course_id, at)
    if course is None:
        raise Http404
    reads.note(user=person_of(request), patient=course.patient, page="response", at=at)
    found = response_page_of(course, at)
    return render(request, "setup/response.html", subject(found, course, found.banner) | around(request, at))


def subject(page: SetupPage | ResponsePage, course: Course, banner: Banner) -> dict[str, Any]:
    """What a page of one course is about."""
    return {"page": page, "course": course, "banner": banner}


def patient_or_404(request: HttpRequest, patient_id: UUID, at: datetime) -> Patient:
    """Return the patient when they lie on a ward of the person's; 404 otherwise."""
    found = reach.patient_by_id(Actor(user=person_of(request)), patient_id, at)
    if found is None:
        raise Http404
    return found


def around(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What every page here is given besides."""
    role = person_of(request).role
    return {
        "at": at,
        "build": build(),
        "may_write": role in CLINICIANS,
        "may_decide": role == Role.PHYSICIAN,
        "end_reasons": EndReason.choices,
    }
