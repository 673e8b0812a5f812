"""How did this patient's values go? The trends of one course, drawn and as tables."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from il2ward import clock
from il2ward.audit.services import reads
from il2ward.build import build
from monitoring.selectors import setup_reach
from monitoring.selectors.setup_page import banner_of_patient
from monitoring.selectors.trends import SPAN_WORDS, SPANS, Trends, trends_of
from monitoring.views.access import CLINICIANS, STAFF, only_for, person_of

USUAL = "72h"


@require_GET
@only_for(*STAFF)
def page(request: HttpRequest, course_id: int) -> HttpResponse:
    """Every chart of one course. Every role, of the ward the patient lies on or lay on last; the read is kept."""
    at, person = clock.now(), person_of(request)
    course = setup_reach.course_ever(person, course_id, at)
    if course is None:
        raise Http404
    reads.note(user=person, patient=course.patient, page="trends", at=at)
    found = trends_of(course, at, span=span_of(request))
    shown = {"course": course, "banner": banner_of_patient(course.patient, at), "may_write": person.role in CLINICIANS}
    return render(request, "trends/page.html", shown | around(found) | {"at": at, "build": build()})


def span_of(request: HttpRequest) -> str:
    """Return the stretch of time asked for; anything else means the usual one."""
    asked = request.GET.get("span", "")
    return asked if asked in SPANS else USUAL


def around(found: Trends) -> dict[str, Any]:
    """What the charts' templates are given."""
    return {"trends": found, "spans": SPAN_WORDS.items(), "span_words": SPAN_WORDS[found.span].lower()}
