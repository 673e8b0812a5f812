"""POST of what was given against the effects of a dose."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.http.credentials import Clinician, actor_of, person_of
from il2ward.http.endpoint import act_once, said
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.items import not_in_future
from monitoring.api.payloads import RescueBody
from monitoring.api.refusing import GateEndpoint, found
from monitoring.api.setup_numbers import decimal
from monitoring.selectors import reach
from monitoring.services import rescues


class Rescues(GateEndpoint):
    """Nurses and physicians of the patient's ward log a rescue against a dose that was started."""

    permission_classes = [Clinician]

    def post(self, request: Request, dose_id: int) -> HttpResponse:
        """Log it once per Idempotency-Key."""
        at, body = clock.now(), self.read(request, RescueBody)
        dose = found(reach.dose(person_of(request), dose_id, at), "dose")
        amount = decimal(body.amount, "$.amount")
        given_at = min(not_in_future(body.given_at, at, path="$.given_at"), at)

        def record() -> Answer:
            row = rescues.record(
                dose_id=dose.pk, kind=body.kind, amount=amount, note=body.note, given_at=given_at,
                actor=actor_of(request), at=at,
            )  # fmt: skip
            told = {"id": row.pk, "kind": row.kind, "amount": str(row.amount), "unit": row.unit}
            return said(201, {**told, "given_at": row.given_at.isoformat()})

        return act_once(request, at=at, required=True, act=record)
