"""Where does a clinician see what stands in a course until somebody says otherwise, and say it?"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dosing.services.reasons import LIFT
from il2ward import clock
from il2ward.audit.services import reads
from monitoring.selectors import setup_reach
from monitoring.selectors.orders_page import orders_page_of
from monitoring.views.access import CLINICIANS, only_for, person_of, second_people
from monitoring.views.setup import around


@require_GET
@only_for(*CLINICIANS)
def page(request: HttpRequest, course_id: int) -> HttpResponse:
    """Stops, findings, ordered tests, baselines and smaller doses of one course, also of one that has ended.

    Clinicians of the last ward; nurses order tests, everything else is a physician's. That it was read is kept.
    """
    at = clock.now()
    course = setup_reach.course_ever(person_of(request), course_id, at)
    if course is None:
        raise Http404
    reads.note(user=person_of(request), patient=course.patient, page="orders and baselines", at=at)
    found = orders_page_of(course, at)
    about = {"page": found, "course": course, "banner": found.banner, "lift_reasons": LIFT, "here": "orders"}
    given = about | around(request, at)
    return render(request, "orders/page.html", given | second_people(request, at))
