"""Which alerts wait for somebody on my wards?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from il2ward import clock
from il2ward.build import build
from monitoring.selectors.inbox import inbox_of
from monitoring.views.access import CLINICIANS, STAFF, only_for, person_of
from monitoring.views.course import PLANS


@require_GET
@only_for(*STAFF)
def page(request: HttpRequest) -> HttpResponse:
    """The open alerts of my wards. Every role; only nurses and physicians can acknowledge."""
    return render(request, "alerts/page.html", shown(request, clock.now()))


@require_GET
@only_for(*STAFF)
def picture(request: HttpRequest) -> HttpResponse:
    """The living part of the page. Every role."""
    return render(request, "alerts/picture.html", shown(request, clock.now()))


def shown(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What the alert templates are given."""
    user = person_of(request)
    inbox = inbox_of(user, at)
    return {
        "inbox": inbox,
        "found": inbox.found,
        "at": at,
        "build": build(),
        "may_write": user.role in CLINICIANS,
        "plans": PLANS,
        "here": "alerts",
    }
