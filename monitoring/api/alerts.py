"""POST of what people do with an alert: acknowledge it, send it on to the next person, comment on it."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.http.credentials import Clinician, actor_of, person_of
from il2ward.http.endpoint import act_once, said
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.payloads import AcknowledgeBody, CommentBody, ReasonBody
from monitoring.api.refusing import GateEndpoint, found
from monitoring.selectors import reach
from monitoring.services import alerts, escalation


class Acknowledge(GateEndpoint):
    """Nurses and physicians of the patient's ward acknowledge, once per Idempotency-Key."""

    permission_classes = [Clinician]

    def post(self, request: Request, alert_id: int) -> HttpResponse:
        """Keep who acknowledged, with the plan; the alert stays until its cause is gone.

        ``acknowledged`` false: it waits for a physician, and a nurse's word is kept as seen.
        """
        at, body = clock.now(), self.read(request, AcknowledgeBody)
        alert = found(reach.alert(person_of(request), alert_id, at), "alert")

        def acknowledge() -> Answer:
            row = alerts.acknowledge(alert_id=alert.pk, plan=body.plan, actor=actor_of(request), at=at)
            expires_at = row.ack_expires_at.isoformat() if row.ack_expires_at else None
            return said(
                200,
                {
                    "id": row.pk,
                    "plan": body.plan,
                    "ack_expires_at": expires_at,
                    "acknowledged": row.acknowledged_at is not None,
                },
            )

        return act_once(request, at=at, required=True, act=acknowledge)


class SendOn(GateEndpoint):
    """Nurses and physicians of the patient's ward send an alert to the next person now."""

    permission_classes = [Clinician]

    def post(self, request: Request, alert_id: int) -> HttpResponse:
        """Go one rung up at once, with a reason; who is on call is told."""
        at, body = clock.now(), self.read(request, ReasonBody)
        alert = found(reach.alert(person_of(request), alert_id, at), "alert")

        def send_on() -> Answer:
            row = escalation.by_hand(alert_id=alert.pk, reason=body.reason, actor=actor_of(request), at=at)
            return said(200, {"id": row.pk, "escalation": row.escalation})

        return act_once(request, at=at, required=True, act=send_on)


class Comments(GateEndpoint):
    """Nurses and physicians of the patient's ward comment on an alert, open or closed."""

    permission_classes = [Clinician]

    def post(self, request: Request, alert_id: int) -> HttpResponse:
        """Keep the words in the alert's history; nothing else changes."""
        at, body = clock.now(), self.read(request, CommentBody)
        alert = found(reach.alert(person_of(request), alert_id, at), "alert")

        def comment() -> Answer:
            row = escalation.comment(alert_id=alert.pk, text=body.text, actor=actor_of(request), at=at)
            return said(200, {"id": row.pk})

        return act_once(request, at=at, required=True, act=comment)
