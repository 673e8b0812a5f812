"""Where does an admin find a completed course, look at it dose by dose, sign it off and take it out as a table?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dosing.models import Course
from dosing.models.course import EndReason
from dosing.selectors.courses import rules_of
from dosing.services.refusals import Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.audit.services import kept_checks, reads
from il2ward.build import build
from il2ward.live import services as live
from il2ward.staff.models import Role
from il2ward.staff.selectors import membership
from il2ward.staff.services import reauthentication
from il2ward.staff.services.reauthentication import WrongPassword
from monitoring.selectors.completed import found, reachable, regimens, wanted_in
from monitoring.selectors.course_account import unaccounted_of
from monitoring.selectors.course_record import record_of
from monitoring.selectors.record_table import csv_of
from monitoring.selectors.setup_page import banner_of_patient
from monitoring.services import course_reviews
from monitoring.views import kept_search
from monitoring.views.access import only_for, person_of

IN_THE_ADDRESS = ("ward", "regimen", "ended", "from", "to", "signed")


@require_http_methods(["GET", "POST"])
@only_for(Role.ADMIN)
def index(request: HttpRequest) -> HttpResponse:
    """The completed courses that are searched for, and whether the log is whole. Admins.

    A search is posted; the name in it is kept with the session, the rest stands in the address.
    """
    if request.method == "POST":
        kept_search.keep(request, "completed", request.POST.get("who", ""))
        rest = {name: text for name in IN_THE_ADDRESS if (text := request.POST.get(name, ""))}
        return redirect(f"{reverse('completed')}?{urlencode(rest)}" if rest else "completed")
    at, person = clock.now(), person_of(request)
    wanted = wanted_in({**request.GET.dict(), "who": kept_search.kept(request, "completed")})
    rows, more = found(person, wanted, at)
    shown = {
        "rows": rows,
        "more": more,
        "wanted": wanted,
        "wards": membership.wards_of(person, at),
        "regimens": regimens(),
        "end_reasons": EndReason.choices,
        "check": kept_checks.newest(),
    }
    return render(request, "completed/list.html", shown | around())


@require_GET
@only_for(Role.ADMIN)
def course(request: HttpRequest, course_id: int) -> HttpResponse:
    """One completed course, dose by dose. Admins of the hospital; that it was read is kept."""
    at, person, row = clock.now(), person_of(request), course_or_404(request, course_id)
    reads.note(user=person, patient=row.patient, page="completed course", at=at)
    shown = {
        "record": record_of(row, at),
        "course": row,
        "rules": rules_of(row),
        "banner": banner_of_patient(row.patient, at),
        "open_points": unaccounted_of(row, at),
        "check": kept_checks.newest(),
    }
    return render(request, "completed/course.html", shown | around())


@require_POST
@only_for(Role.ADMIN)
def sign(request: HttpRequest, course_id: int) -> HttpResponse:
    """Sign the course off, with the password again. Admins of the hospital."""
    at, person, row = clock.now(), person_of(request), course_or_404(request, course_id)
    try:
        reauthentication.prove(person, request.POST.get("password", ""), at)
        course_reviews.sign_off(
            course_id=row.pk, statement=request.POST.get("statement", ""), accepted=request.POST.getlist("accepted"),
            reauthenticated=True, actor=Actor(user=person), at=at,
        )  # fmt: skip
    except (Refused, WrongPassword) as no:
        messages.error(request, f"Nothing was signed. {getattr(no, 'sentence', no)}")
    else:
        messages.success(request, "Signed off.")
    return redirect("completed-course", course_id)


@require_GET
@only_for(Role.ADMIN)
def table(request: HttpRequest, course_id: int) -> HttpResponse:
    """The course as CSV, one dose a row; that it was taken out is in the log. Admins of the hospital."""
    at, person, row = clock.now(), person_of(request), course_or_404(request, course_id)
    reads.note(user=person, patient=row.patient, page="completed course as CSV", at=at)
    course_reviews.note_export(course=row, actor=Actor(user=person), at=at)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="course-{row.pk}.csv"'
    answer.write(csv_of(record_of(row, at)))
    return answer


@require_POST
@only_for(Role.ADMIN)
def check_log(request: HttpRequest) -> HttpResponse:
    """Have the worker walk the log now; the page shows what it finds. Admins."""
    live.wake(kept_checks.TASK)
    messages.success(request, "The log is being checked. Load this page again in a moment.")
    return redirect("completed")


def course_or_404(request: HttpRequest, course_id: int) -> Course:
    """Return the ended course when it is of the admin's hospital; 404 otherwise."""
    row = reachable(person_of(request), clock.now()).filter(pk=course_id).first()
    if row is None:
        raise Http404
    return row


def around() -> dict[str, Any]:
    """What every page here is given besides."""
    return {"at": clock.now(), "build": build(), "here": "completed", "may_write": False}
