"""POST of an acknowledgement: somebody has seen the alert and says what happens next."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.http.credentials import Clinician, actor_of, person_of
from il2ward.http.endpoint import act_once, said
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.payloads import AcknowledgeBody
from monitoring.api.refusing import GateEndpoint, found
from monitoring.selectors import reach
from monitoring.services import alerts


class Acknowledge(GateEndpoint):
    """Nurses and physicians of the patient's ward acknowledge, once per Idempotency-Key."""

    permission_classes = [Clinician]

    def post(self, request: Request, alert_id: int) -> HttpResponse:
        """Keep who acknowledged, with the plan; the alert stays until its cause is gone."""
        at, body = clock.now(), self.read(request, AcknowledgeBody)
        alert = found(reach.alert(person_of(request), alert_id, at), "alert")

        def acknowledge() -> Answer:
            row = alerts.acknowledge(alert_id=alert.pk, plan=body.plan, actor=actor_of(request), at=at)
            expires_at = row.ack_expires_at.isoformat() if row.ack_expires_at else None
            return said(200, {"id": row.pk, "plan": row.plan, "ack_expires_at": expires_at})

        return act_once(request, at=at, required=True, act=acknowledge)
