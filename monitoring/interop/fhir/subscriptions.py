"""How does a system subscribe over FHIR R4: create, read, search and delete of Subscription, by rest-hook only?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from dosing.services.refusals import Invalid
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http.credentials import actor_of
from il2ward.staff.models import Device, Role, User
from monitoring.interop.fhir import access, outcomes, params
from monitoring.interop.fhir.elements import mapping
from monitoring.interop.fhir.elements_out import OWN, instant, narrative_free
from monitoring.interop.fhir.outcomes import refuse
from monitoring.interop.fhir.reading import Read, Search, nothing
from monitoring.interop.fhir.served import Param, Reader, Resource, RowSource, Served
from monitoring.models import Subscription
from monitoring.selectors import subscriptions as known
from monitoring.services import subscriptions

ROOT = "Subscription"
SECRET = f"{OWN}subscription-secret"
PAYLOAD = "application/json"
# The closed list of what can be subscribed to; anything else is refused, because it would never be told.
CRITERIA: Mapping[str, str] = {
    "DetectedIssue?code=HOLD": "hold",
    "DetectedIssue?code=STOP_CYCLE,STOP_PERMANENT": "stop",
    "MedicationAdministration?status=not-done&reason-not-given=held": "dose-held",
    "Observation?category=ctcae-grade&value-quantity=ge3": "grade-3",
}
CRITERION_OF = {topic: criterion for criterion, topic in CRITERIA.items()}
TAKEN = {"resourceType", "id", "meta", "text", "status", "reason", "criteria", "channel"}
OF_CHANNEL = {"type", "endpoint", "payload"}
TO_BEGIN = ("requested", "active")


def told(row: Subscription) -> Resource:
    """Return the resource; the signing secret is not in it. ``error`` means that the receiver takes nothing now."""
    failure = getattr(row, "failure", None) or ""
    return narrative_free({
        "resourceType": ROOT,
        "id": str(row.pk),
        "meta": {"lastUpdated": instant(row.off_at or row.created_at)},
        "status": "off" if row.off_at else "error" if failure else "active",
        "reason": row.reason or "Not said",
        "criteria": CRITERION_OF[row.topic],
        "error": failure,
        "channel": {"type": "rest-hook", "endpoint": row.address, "payload": PAYLOAD},
    })  # fmt: skip


def _rows(reader: Reader) -> QuerySet[Subscription]:
    return known.with_state(known.in_reach(reader.actor).filter(topic__in=CRITERION_OF))


SUBSCRIPTION = Served(
    type=ROOT,
    about="Where a system is told of holds, stops, held doses and grades of 3 or more; its own only.",
    sources=(
        RowSource(
            _rows,
            told,
            {
                "_id": lambda value: Q(pk=found) if (found := params.whole(value)) else params.NOTHING,
                "criteria": lambda value: Q(topic=CRITERIA.get(value, "")),
                "url": lambda value: Q(address=value),
                "status": params.code(
                    "status",
                    {
                        "off": Q(off_at__isnull=False),
                        "active": Q(off_at=None) & (Q(failure=None) | Q(failure="")),
                        "error": Q(off_at=None) & ~Q(failure="") & Q(failure__isnull=False),
                    },
                ),
            },
            params.whole,
        ),
    ),
    params=(
        Param("_id", "token", "the id"),
        Param("criteria", "string", "one of the criteria taken: " + " ; ".join(CRITERIA)),
        Param("url", "uri", "the address"),
        Param("status", "token", "active, error or off"),
    ),
    acts="crds",
)


class MaySubscribe(access.MayUse):
    """Systems by their rights; of the staff admins alone, who read and end what their hospital's systems made."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the system's rights, or an admin's role, allow the act."""
        if isinstance(request.auth, Device):
            return super().has_permission(request, view)
        act = view.acts.get("GET" if request.method == "HEAD" else request.method)  # type: ignore[attr-defined]
        user = request.user
        is_admin = isinstance(user, User) and user.is_active and user.role == Role.ADMIN
        return is_admin and act != "c"


class Subscriptions(Search):
    """Systems subscribe and list what they have; admins list what their hospital's systems have."""

    permission_classes = [MaySubscribe]
    served = SUBSCRIPTION
    acts: ClassVar[dict[str, str]] = {"GET": "s", "POST": "c"}

    def post(self, request: Request) -> HttpResponse:
        """Subscribe; the answer alone carries the signing secret. The same wish again is refused with 409."""
        at, device = clock.now(), request.auth
        if not isinstance(device, Device):
            raise nothing(ROOT)
        wish = wanted(self.tree(request))
        made, secret = subscribed(wish, device=device, at=at)
        body = told(made) | {"extension": [{"url": SECRET, "valueString": secret}]}
        return outcomes.reply(body, 201, Location=request.build_absolute_uri(f"/fhir/{ROOT}/{made.pk}"))


class OneSubscription(Read):
    """Its system, and the admins of the hospital."""

    permission_classes = [MaySubscribe]
    served = SUBSCRIPTION
    acts: ClassVar[dict[str, str]] = {"GET": "r", "DELETE": "d"}

    def delete(self, request: Request, name: str) -> HttpResponse:
        """End it; what waits is not sent any more."""
        at, actor, key = clock.now(), actor_of(request), params.whole(name)
        row = None if key is None else known.in_reach(actor).filter(pk=key).first()
        if row is None or not subscriptions.end(subscription=row, actor=actor, at=at):
            raise nothing(ROOT)
        return HttpResponse(status=204)


def wanted(tree: Any) -> Mapping[str, str]:
    """Return topic, address and reason that a resource asks for; raises BadResource for anything not done here."""
    node = mapping(tree, ROOT)
    if node.get("resourceType") != ROOT:
        raise refuse("resourceType", "A Subscription belongs here.", "not-supported")
    channel = mapping(node.get("channel"), f"{ROOT}.channel")
    for where, given, taken in ((ROOT, node, TAKEN), (f"{ROOT}.channel", channel, OF_CHANNEL)):
        if unknown := sorted(set(given) - taken):
            raise refuse(f"{where}.{unknown[0]}", "This is not done here, so it is not taken.", "not-supported")
    _one_of(node.get("status"), TO_BEGIN, f"{ROOT}.status")
    _one_of(channel.get("type"), ("rest-hook",), f"{ROOT}.channel.type")
    _one_of(channel.get("payload", PAYLOAD), (PAYLOAD,), f"{ROOT}.channel.payload")
    _one_of(node.get("criteria"), tuple(CRITERIA), f"{ROOT}.criteria")
    address, reason = channel.get("endpoint"), node.get("reason")
    if not isinstance(address, str):
        raise refuse(f"{ROOT}.channel.endpoint", "An address belongs here.", "required")
    if not isinstance(reason, str) or not 1 <= len(reason) <= 200:
        raise refuse(f"{ROOT}.reason", "A reason of 1 to 200 characters belongs here.", "required")
    return {"topic": CRITERIA[node["criteria"]], "address": address, "reason": reason}


def subscribed(wish: Mapping[str, str], *, device: Device, at: datetime) -> tuple[Subscription, str]:
    """Make the subscription; an address that is never called is refused as the element that it stood in."""
    try:
        return subscriptions.subscribe(device=device, actor=Actor(device=device), at=at, **wish)
    except Invalid as no:
        raise refuse(f"{ROOT}.channel.endpoint", no.sentence) from no


def _one_of(said: object, allowed: tuple[str, ...], where: str) -> None:
    if said not in allowed:
        raise refuse(where, f"{' or '.join(allowed)} belongs here.", "not-supported")
