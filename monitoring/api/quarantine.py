"""What waits in quarantine, who settles it, and what a sender's own words stand for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.services.refusals import Invalid
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http.credentials import Clinician, Reader, actor_of, person_of
from il2ward.http.endpoint import said, sent
from il2ward.http.problems import Problem, shown
from il2ward.staff.models import Device
from monitoring.api.items import read_uuid
from monitoring.api.refusing import GateEndpoint, OnceOnly, found
from monitoring.api.second_person import proven
from monitoring.api.ward_payloads import AssignmentBody, DiscardBody, MeaningBody
from monitoring.interop.hl7 import again, unplaced
from monitoring.interop.hl7.faults import NotTaken
from monitoring.models import QuarantinedMessage
from monitoring.selectors import quarantine_page, reach
from monitoring.services import code_maps, quarantine
from monitoring.services.code_maps import Word


class NoSuchSystem(Invalid):
    """The hospital has no device or system of that name."""


class Quarantine(GateEndpoint):
    """Everybody on the staff of the hospital."""

    permission_classes = [Reader]

    def get(self, request: Request) -> HttpResponse:
        """List the newest messages that wait, and the words that nobody gave a meaning."""
        site = person_of(request).site
        if site is None:
            return sent(said(200, {"waiting": 0, "messages": [], "words": []}))
        page = quarantine_page.page_of(site)
        words = [*page.words, *(one for one in unplaced.unplaced(site) if one.word)]
        named = [
            {"system": one.device.name, "kind": one.kind, "context": one.context, "word": one.word,
             "count": one.count, "newest_at": one.newest_at.isoformat()}
            for one in words
        ]  # fmt: skip
        return sent(said(200, {"waiting": page.waiting, "messages": [told(row) for row in page.rows], "words": named}))


class Settling(OnceOnly):
    """What the acts on one message share: nurses and physicians of its hospital."""

    permission_classes = [Clinician]

    def row(self, request: Request, number: int) -> QuarantinedMessage:
        """Return the message of the person's hospital, else raise 404."""
        site = person_of(request).site
        return found(quarantine_page.one_of(site, number) if site is not None else None, "message")

    def problem_of(self, exc: Exception) -> Problem | None:
        """Tell what still speaks against the message."""
        return Problem(409, exc.reason.replace("_", "-"), exc.text) if isinstance(exc, NotTaken) else (
            super().problem_of(exc)
        )  # fmt: skip


class Assignments(Settling):
    """Two clinicians of the patient's ward."""

    def post(self, request: Request, number: int) -> HttpResponse:
        """Give the message's results to the patient."""
        at, body = clock.now(), self.read(request, AssignmentBody)
        row, wanted = self.row(request, number), read_uuid(body.patient, "$.patient")
        patient = found(reach.patient_by_id(actor_of(request), wanted, at), "patient")
        second = proven(request, body.second, at)

        def assign(actor: Actor, at: datetime) -> dict[str, Any]:
            taken = again.assign(row, patient=patient, second=second, reason=body.reason, actor=actor, at=at)
            return {"id": row.pk, "outcome": "assigned", "notes": taken.notes}

        return self.once(request, 200, at, assign)


class Again(Settling):
    """A clinician of the patient's ward."""

    def post(self, request: Request, number: int) -> HttpResponse:
        """Take the message if it matches a patient, or its place a free bed, by now."""
        at, row = clock.now(), self.row(request, number)

        def take(actor: Actor, at: datetime) -> dict[str, Any]:
            return {"id": row.pk, "outcome": "taken", "notes": unplaced.try_again(row, actor=actor, at=at)}

        return self.once(request, 200, at, take)


class Discards(Settling):
    """Nurses and physicians of the hospital."""

    def post(self, request: Request, number: int) -> HttpResponse:
        """Settle a message that nobody needs."""
        at, body = clock.now(), self.read(request, DiscardBody)
        row = self.row(request, number)

        def discard(actor: Actor, at: datetime) -> dict[str, Any]:
            quarantine.discard(quarantined=row, reason=body.reason, actor=actor, at=at)
            return {"id": row.pk, "outcome": "discarded", "notes": []}

        return self.once(request, 200, at, discard)


class Meanings(OnceOnly):
    """Admins and physicians of the sender's hospital."""

    permission_classes = [Reader]

    def post(self, request: Request) -> HttpResponse:
        """Give the word its meaning: results are stored anew, and messages that waited for a place are done."""
        at, body = clock.now(), self.read(request, MeaningBody)
        site = person_of(request).site

        def give(actor: Actor, at: datetime) -> dict[str, Any]:
            device = Device.objects.filter(site=site, name=body.system).first()
            if device is None:
                raise NoSuchSystem(f"Your hospital has no system called {shown(body.system)}.")
            word = Word(device, body.kind, body.context, body.word)
            anew = code_maps.give_meaning(word=word, meaning=body.meaning, reason=body.reason, actor=actor, at=at)
            became = unplaced.follow(word, actor=actor, at=at) if body.meaning else unplaced.Followed(0, [])
            return {"stored_anew": anew, "done": became.done, "still_waiting": became.left}

        return self.once(request, 201, at, give)


def told(row: QuarantinedMessage) -> dict[str, Any]:
    """One message as it goes on the wire."""
    return {
        "id": row.pk,
        "system": row.message.device.name,
        "event": row.message.event,
        "reason": row.reason,
        "where": row.where,
        "why": row.why,
        "identifier": row.identifier,
        "name": row.name,
        "birth_date": row.birth_date,
        "put_at": row.put_at.isoformat(),
    }
