"""GET, POST and DELETE of subscriptions: where a hospital system is told of holds, stops, grave grades and alerts."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from il2ward import clock
from il2ward.http.credentials import actor_of, person_of
from il2ward.http.endpoint import act_once, said, sent
from il2ward.http.problems import FieldError, shown
from il2ward.http.shapes import unprocessable
from il2ward.staff.models import Device, Role, User
from il2ward.staff.scopes import allows
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.payloads import SubscriptionBody
from monitoring.api.refusing import GateEndpoint, found
from monitoring.models import Subscription
from monitoring.selectors import subscriptions as known
from monitoring.services import subscriptions


class Subscriber(BasePermission):
    """Let in a system whose rights allow it, and admins for the systems of their hospital."""

    message = "Only a system with the right to subscribe, or an admin, may do this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the system's rights allow the view's act, or an active admin asks."""
        if isinstance(request.auth, Device):
            act = view.acts.get("GET" if request.method == "HEAD" else request.method)  # type: ignore[attr-defined]
            return act is None or allows(request.auth.scopes, "Subscription", act)
        user = request.user
        return isinstance(user, User) and user.is_active and user.role == Role.ADMIN


class Subscriptions(GateEndpoint):
    """A system subscribes for itself, an admin for a system of their hospital by its name."""

    permission_classes = [Subscriber]
    acts: ClassVar[dict[str, str]] = {"GET": "s", "POST": "c"}

    def get(self, request: Request) -> HttpResponse:
        """List the subscriptions in reach with how they are doing; no secret is among it."""
        rows = known.with_state(known.in_reach(actor_of(request))).order_by("pk")
        return sent(said(200, {"subscriptions": [told(row) for row in rows]}))

    def post(self, request: Request) -> HttpResponse:
        """Subscribe. The signing secret is in this answer and in no other, not even when the request is repeated."""
        at, actor, body = clock.now(), actor_of(request), self.read(request, SubscriptionBody)
        device = system_of(request, body.system)
        secrets: list[str] = []

        def subscribe() -> Answer:
            row, secret = subscriptions.subscribe(
                device=device, topic=body.topic, address=body.address, reason=body.reason, actor=actor, at=at
            )
            secrets.append(secret)
            return said(201, told(row))

        response = act_once(request, at=at, required=False, act=subscribe)
        if secrets:
            return sent(said(201, json.loads(response.content) | {"secret": secrets[0]}))
        return response


class OneSubscription(GateEndpoint):
    """Its system, or an admin of the hospital."""

    permission_classes = [Subscriber]
    acts: ClassVar[dict[str, str]] = {"GET": "r", "DELETE": "d"}

    def get(self, request: Request, subscription_id: int) -> HttpResponse:
        """Return one subscription with how it is doing."""
        rows = known.with_state(known.in_reach(actor_of(request)))
        return sent(said(200, told(found(rows.filter(pk=subscription_id).first(), "subscription"))))

    def delete(self, request: Request, subscription_id: int) -> HttpResponse:
        """End it; what waits is not sent any more."""
        at, actor = clock.now(), actor_of(request)
        row = found(known.in_reach(actor).filter(pk=subscription_id).first(), "subscription")
        subscriptions.end(subscription=row, actor=actor, at=at)
        return sent(said(200, {"id": row.pk, "state": "ended"}))


def system_of(request: Request, name: str | None) -> Device:
    """Return the system to be told: the one that asks, or the one that an admin names; raises the 422 problem."""
    if isinstance(request.auth, Device):
        if name is not None and name != request.auth.name:
            raise unprocessable([FieldError("$.system", shown(name), "nothing: a system subscribes for itself")])
        return request.auth
    site = person_of(request).site
    device = Device.objects.filter(site=site, name=name or "", revoked_at=None).first()
    if device is None:
        raise unprocessable([FieldError("$.system", shown(name or "nothing"), "the name of a system of your hospital")])
    return device


def told(row: Subscription) -> dict[str, Any]:
    """The subscription as it goes on the wire."""
    since = getattr(row, "waiting_since", None)
    return {
        "id": row.pk,
        "topic": row.topic,
        "address": row.address,
        "system": row.device.name,
        "reason": row.reason,
        "state": "off" if row.off_at else "on",
        "created_at": row.created_at.isoformat(),
        "waiting": getattr(row, "waiting", None) or 0,
        "waiting_since": since.isoformat() if since else None,
        "failure": getattr(row, "failure", None) or "",
    }
