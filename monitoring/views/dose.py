"""What does a nurse see and do at one dose?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dosing.models.rescue import RescueKind
from dosing.services import reasons
from il2ward import clock
from il2ward.audit.services import reads
from il2ward.build import build
from il2ward.staff import shared
from monitoring.selectors.predose import CLOSING, Predose, predose_of
from monitoring.views.access import CLINICIANS, STAFF, dose_or_404, only_for, person_of, second_people


@require_GET
@only_for(*STAFF)
def page(request: HttpRequest, dose_id: int) -> HttpResponse:
    """One dose; a shared tablet locks sooner here. Every role, members of the ward only; that it was read is kept."""
    at = clock.now()
    dose = dose_or_404(request, dose_id, at)
    shared.lock_sooner(request)
    reads.note(user=person_of(request), patient=dose.cycle.course.patient, page="dose", at=at)
    given = shown(request, predose_of(dose, at), at) | second_people(request, at)
    return render(request, "dose/page.html", given)


@require_GET
@only_for(*STAFF)
def picture(request: HttpRequest, dose_id: int) -> HttpResponse:
    """The living part of the page. Every role, members of the ward only."""
    at = clock.now()
    found = predose_of(dose_or_404(request, dose_id, at), at)
    return render(request, "dose/picture.html", shown(request, found, at))


def shown(request: HttpRequest, found: Predose, at: datetime) -> dict[str, Any]:
    """What the dose's templates are given."""
    return {
        "found": found,
        "dose": found.dose,
        "card": found.card,
        "banner": found.banner,
        "course": found.dose.cycle.course,
        "at": at,
        "build": build(),
        "may_write": person_of(request).role in CLINICIANS,
        "closing": CLOSING,
        "interrupt_reasons": reasons.INTERRUPT,
        "rescue_kinds": RescueKind.choices,
    }
