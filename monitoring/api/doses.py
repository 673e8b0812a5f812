"""Acts on a dose: start it, end or interrupt it, hold, refuse or omit it, or record that it was given all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.models import Dose
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http.credentials import Clinician, actor_of, person_of
from il2ward.http.endpoint import act_once, said
from il2ward.http.shapes import instant
from monitoring.api import second_person
from monitoring.api.payloads import CloseBody, DeviationBody, EndBody, InterruptBody, StartBody
from monitoring.api.refusing import GateEndpoint, found, telling_what_stands
from monitoring.selectors import reach
from monitoring.services import gate


class DoseAct(GateEndpoint):
    """What every act on a dose shares: nurses and physicians of the patient's ward, once per Idempotency-Key."""

    permission_classes = [Clinician]

    def once(self, request: Request, dose_id: int, act: Callable[[Actor, datetime], Dose]) -> HttpResponse:
        """Do ``act`` once, and answer with the dose as it then stands."""
        at = clock.now()
        dose = found(reach.dose(person_of(request), dose_id, at), "dose")
        actor = actor_of(request)
        return telling_what_stands(
            dose.cycle.course_id,
            at,
            lambda: act_once(request, at=at, required=True, act=lambda: said(200, dose_told(act(actor, at)))),
        )


class Start(DoseAct):
    """Start the dose on the outcome that was seen, checked by a second person."""

    def post(self, request: Request, dose_id: int) -> HttpResponse:
        """Prove the second person, then let the gate decide."""
        body = self.read(request, StartBody)
        now = clock.now()
        found(reach.dose(person_of(request), dose_id, now), "dose")
        second_person.require_own_pin(request, body.pin, now)
        checker = second_person.proven(request, body.checker, now)
        return self.once(
            request,
            dose_id,
            lambda actor, at: gate.start_dose(
                dose_id=dose_id, outcome_token=body.outcome_token, checker=checker, identity_kind=body.identity.kind,
                identity_typed=body.identity.mrn, actor=actor, at=at,
            ),
        )  # fmt: skip


class End(DoseAct):
    """The infusion is over."""

    def post(self, request: Request, dose_id: int) -> HttpResponse:
        """Record the end, now or at the time given."""
        body = self.read(request, EndBody)
        ended_at = _when(body.ended_at)
        return self.once(
            request,
            dose_id,
            lambda actor, at: gate.end_dose(
                dose_id=dose_id, given_iu=body.given_iu, ended_at=ended_at or at, actor=actor, at=at
            ),
        )


class Interrupt(DoseAct):
    """The infusion was stopped early."""

    def post(self, request: Request, dose_id: int) -> HttpResponse:
        """Record the amount that went in and why it was stopped."""
        body = self.read(request, InterruptBody)
        ended_at = _when(body.ended_at)
        return self.once(
            request,
            dose_id,
            lambda actor, at: gate.interrupt_dose(
                dose_id=dose_id, given_iu=body.given_iu, reason_code=body.reason_code, reason_text=body.reason_text,
                ended_at=ended_at or at, actor=actor, at=at,
            ),
        )  # fmt: skip


class Close(DoseAct):
    """The dose is not given: held, refused by the patient, or omitted; ``act`` is the gate's own function."""

    act: Callable[..., Dose] = staticmethod(gate.hold_dose)

    def post(self, request: Request, dose_id: int) -> HttpResponse:
        """Close the slot with its reason."""
        body = self.read(request, CloseBody)
        act = self.act
        return self.once(
            request,
            dose_id,
            lambda actor, at: act(
                dose_id=dose_id, reason_code=body.reason_code, reason_text=body.reason_text, actor=actor, at=at
            ),
        )


class Deviation(DoseAct):
    """The dose was in fact given against the gate; what happened is always recorded."""

    def post(self, request: Request, dose_id: int) -> HttpResponse:
        """Record what really happened."""
        body = self.read(request, DeviationBody)
        started_at = instant(body.started_at, path="$.started_at")
        ended_at = instant(body.ended_at, path="$.ended_at")
        return self.once(
            request,
            dose_id,
            lambda actor, at: gate.record_deviation(
                dose_id=dose_id, given_iu=body.given_iu, started_at=started_at, ended_at=ended_at,
                reason_text=body.reason_text, actor=actor, at=at,
            ),
        )  # fmt: skip


def _when(ended_at: str | None) -> datetime | None:
    return instant(ended_at, path="$.ended_at") if ended_at else None


def dose_told(dose: Dose) -> dict[str, Any]:
    """Return the dose as it goes on the wire; amounts are whole international units."""
    return {
        "id": dose.pk,
        "number": dose.number,
        "status": dose.status,
        "due_at": dose.due_at.isoformat(),
        "started_at": dose.started_at.isoformat() if dose.started_at else None,
        "ended_at": dose.ended_at.isoformat() if dose.ended_at else None,
        "dose_iu": dose.dose_iu,
        "given_iu": dose.given_iu,
        "deviation": dose.deviation,
        "reason_code": dose.reason_code,
        "reason_text": dose.reason_text,
    }
