"""Where does a person see everything that was charted, and put right what was wrong?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from il2ward import clock
from il2ward.audit.services import reads
from il2ward.build import build
from il2ward.staff.models import Role
from monitoring.selectors.charted import BY, MOST_SKIPPED, SPANS, Wanted, charted_of, forms_of
from monitoring.selectors.charted_findings import forms_of_answers, rounds_of
from monitoring.selectors.course_page import banner_of
from monitoring.views.access import CLINICIANS, STAFF, course_or_404, only_for, person_of


@require_GET
@only_for(*STAFF)
def page(request: HttpRequest, course_id: int) -> HttpResponse:
    """The charted values and bedside answers of one course. Every role, members of the ward only; the read is kept."""
    at, person = clock.now(), person_of(request)
    course = course_or_404(request, course_id, at)
    reads.note(user=person, patient=course.patient, page="charted values", at=at)
    may_write, is_physician = person.role in CLINICIANS, person.role == Role.PHYSICIAN
    found = charted_of(course, wanted_of(request), at, is_physician=is_physician)
    rounds, more_rounds = rounds_of(course, since=found.since, at=at, is_physician=is_physician)
    forms = {"values": forms_of(course, found.facts), "answers": forms_of_answers(rounds)} if may_write else {}
    shown = {
        "found": found, "rounds": rounds, "more_rounds": more_rounds, "forms": forms, "spans": SPANS.items(),
        "senders": BY.items(), "course": course, "banner": banner_of(course, at), "at": at, "build": build(),
        "may_write": may_write,
    }  # fmt: skip
    return render(request, "charted/page.html", shown)


def wanted_of(request: HttpRequest) -> Wanted:
    """Return what the address asks for; anything it does not know means the usual."""
    asked = request.GET
    span, by, skip = asked.get("span", ""), asked.get("by", ""), asked.get("skip", "")
    usual = Wanted()
    return Wanted(
        span=span if span in SPANS else usual.span,
        by=by if by in BY else usual.by,
        observable=asked.get("what", "")[:40],
        skip=min(int(skip), MOST_SKIPPED) if skip.isascii() and skip.isdigit() else 0,
    )
