"""Where does a shift hand the ward over to the next?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dosing.services.refusals import Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.build import build
from il2ward.staff.models import User
from monitoring.selectors.handover import handover_page_of
from monitoring.services import handovers
from monitoring.views.access import CLINICIANS, STAFF, only_for, person_of, ward_or_404


@require_GET
@only_for(*STAFF)
def page(request: HttpRequest, ward_id: int) -> HttpResponse:
    """What is open on the ward, and who is on duty. Every role, members of the ward only."""
    at, person = clock.now(), person_of(request)
    found = ward_or_404(request, ward_id, at)
    shown = {
        "ward": found,
        "page": handover_page_of(found, person, at),
        "may_write": person.role in CLINICIANS,
        "at": at,
        "build": build(),
        "here": "handover",
    }
    return render(request, "handover/page.html", shown)


@require_POST
@only_for(*CLINICIANS)
def take_over(request: HttpRequest, ward_id: int) -> HttpResponse:
    """Take the ward over."""
    return _done(request, ward_id, handovers.take_over, "You have taken over the ward.")


@require_POST
@only_for(*CLINICIANS)
def leave(request: HttpRequest, ward_id: int) -> HttpResponse:
    """Leave the ward."""
    return _done(request, ward_id, handovers.leave, "You have left the ward.")


def _done(request: HttpRequest, ward_id: int, act: Callable[..., Any], said: str) -> HttpResponse:
    at, person = clock.now(), person_of(request)
    ward = ward_or_404(request, ward_id, at)
    given = request.POST.get("other", "")
    other = User.objects.filter(pk=given, site=ward.site).first() if given.isdigit() else None
    try:
        act(ward=ward, other=other, note=request.POST.get("note", ""), actor=Actor(user=person), at=at)
    except Refused as no:
        messages.error(request, f"Nothing was recorded. {no.sentence}")
    else:
        messages.success(request, said)
    return redirect("handover", ward.pk)
