"""CDS Hooks 2.0: which services there are, what a card says of an order's patient, and what became of the card."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.urls import reverse
from rest_framework.request import Request

from dosing.models import Course, Patient
from il2ward import clock
from il2ward.http.credentials import Anybody
from il2ward.http.endpoint import said, sent
from il2ward.http.problems import Problem
from il2ward.staff.models import Device
from monitoring.interop.cds import asking, cards
from monitoring.interop.cds.asking import Drug
from monitoring.interop.cds.endpoint import CdsEndpoint
from monitoring.interop.cds.feedback import feedback_in
from monitoring.selectors.patient_match import NoMatch
from monitoring.selectors.present_outcome import present_outcome
from monitoring.services import cds_answers

# The specification gives each service one hook.
SERVICES: dict[str, str] = {
    "il2ward-next-dose": "order-sign",
    "il2ward-next-dose-select": "order-select",
    "il2ward-next-dose-prescribe": "medication-prescribe",
}
NOTHING_SAID = "il2ward says nothing about this order."


class Discovery(CdsEndpoint):
    """Anybody may ask which services there are; it says nothing of any person."""

    permission_classes = [Anybody]

    def get(self, request: Request) -> HttpResponse:  # noqa: ARG002
        """Return the services."""
        return sent(said(200, {"services": [_service(name, hook) for name, hook in SERVICES.items()]}))

    def allowed_origin(self, origin: str) -> str:  # noqa: ARG002
        """Every page may read this."""
        return "*"


class Service(CdsEndpoint):
    """A registered system asks about an order of its patient; the answer carries at most one card."""

    hooks: ClassVar[dict[str, str]] = SERVICES

    def post(self, request: Request, name: str) -> HttpResponse:
        """Return the card; no card when the order is for another drug."""
        hook, at = self.hooks.get(name), clock.now()
        device = request.auth
        if hook is None or not isinstance(device, Device):
            raise Problem(404, "not-found", "There is no such service; GET /cds-services tells which there are.")
        asked = asking.understood(self.tree(request), hook)
        if asked.drug in (None, Drug.OTHER):
            return sent(said(200, cards.told_with([])))
        board = request.build_absolute_uri(reverse("home"))
        try:
            patient = asking.patient_of(asked, device.site)
        except NoMatch as no:
            summary = "il2ward cannot tell which patient this is."
            card = cards.plain(uuid4(), summary, f"{no.text} {NOTHING_SAID}", page=board)
            return sent(said(200, cards.told_with([card])))
        card = _about(patient, asked, device, request, board, at)
        return sent(said(200, cards.told_with([card])))


class FeedbackOfService(CdsEndpoint):
    """The system that was told a card says what became of it."""

    def post(self, request: Request, name: str) -> HttpResponse:
        """Keep it in the audit log, all of it or nothing; it opens no gate."""
        device = request.auth
        if name not in SERVICES or not isinstance(device, Device):
            raise Problem(404, "not-found", "There is no such service; GET /cds-services tells which there are.")
        given = feedback_in(self.tree(request))
        cds_answers.keep_feedback(device=device, given=given, at=clock.now())
        return sent(said(200, {"kept": len(given)}))


def _about(
    patient: Patient, asked: asking.Asked, device: Device, request: Request, board: str, at: datetime
) -> dict[str, Any]:
    """The card about a patient who is here."""
    card = uuid4()
    course = Course.objects.filter(patient=patient).exclude(status="ended").select_related("site").first()
    if course is None:
        summary = "il2ward has no open course of interleukin-2 for this patient."
        return cards.plain(card, summary, NOTHING_SAID, page=board)
    page = request.build_absolute_uri(reverse("course", args=[course.pk]))
    if asked.drug is Drug.UNNAMED:
        detail = f"The order names no drug. {NOTHING_SAID} If it is for aldesleukin, look at the course page."
        return cards.plain(card, "il2ward cannot tell which drug this order is for.", detail, page=page)
    return _assessed(card, course, asked.hook, device, page, at)


def _assessed(card: UUID, course: Course, hook: str, device: Device, page: str, at: datetime) -> dict[str, Any]:
    found = present_outcome(course, at)
    cds_answers.keep(card=card, device=device, hook=hook, course=course, found=found, at=at)
    if found is None:
        detail = f"No cycle is active, or every slot of it is used. {NOTHING_SAID}"
        return cards.plain(card, "il2ward has no dose left to assess for this patient.", detail, page=page)
    dose, outcome = found
    return cards.of_outcome(card, dose, outcome, page=page, zone=course.site.time_zone, at=at)


def _service(name: str, hook: str) -> dict[str, Any]:
    return {
        "hook": hook,
        "id": name,
        "title": "il2ward: may the next dose of aldesleukin be given?",
        "description": "Tells what the ward's protocol says about the patient's next dose of high-dose interleukin-2: "
        "continue, review, hold, stop or cannot decide, with the criteria, values and times behind it.",
        "prefetch": {"patient": "Patient/{{context.patientId}}"},
        "usageRequirements": "The patient is recognised by record number, date of birth and name together.",
    }
