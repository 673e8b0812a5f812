"""POST and PUT of FHIR R4: resources in, one by one or in a Bundle, and put right; and what is served."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http.credentials import Anybody, actor_of
from il2ward.http.endpoint import act_once
from il2ward.staff.services.repeated_requests import Answer
from monitoring.interop.fhir import bundles, capability, observation_out, outcomes, updating
from monitoring.interop.fhir.access import MayCreateSomething
from monitoring.interop.fhir.creating import Created, Wanted, create
from monitoring.interop.fhir.endpoint import FhirEndpoint
from monitoring.interop.fhir.outcomes import FHIR_JSON
from monitoring.interop.fhir.reading import Read, Search, headers_of
from monitoring.interop.fhir.registry import OBSERVATION
from monitoring.interop.fhir.served import Reader
from monitoring.interop.fhir.transactions import create_all


class Creating(Search):
    """Who may create resources of one type, and who may search them."""

    acts: ClassVar[dict[str, str]] = {"GET": "s", "POST": "c"}

    def post(self, request: Request) -> HttpResponse:
        """Create one resource, unless If-None-Exist finds it here already."""
        at, actor = clock.now(), actor_of(request)
        wanted = Wanted(self.tree(request), request.headers.get("If-None-Exist", ""), self.served.type)
        response = act_once(
            request, at=at, required=False, act=lambda: _answered(create([wanted], actor=actor, at=at)[0])
        )
        if response.status_code < 300:
            told = msgspec.json.decode(response.content)
            first = told if "id" in told else told["entry"][0]["resource"]
            response["Location"] = request.build_absolute_uri(f"/fhir/{self.served.type}/{first['id']}")
            for name, value in headers_of(first).items():
                response[name] = value
        return response


class Observation(Read):
    """Who may read an Observation, and who may put it right."""

    served = OBSERVATION
    acts: ClassVar[dict[str, str]] = {"GET": "r", "PUT": "u"}

    def put(self, request: Request, name: str) -> HttpResponse:
        """Store the next version; If-Match must name the one that was seen: 428 without, 412 when it has changed."""
        at, actor = clock.now(), actor_of(request)
        seen = updating.version_seen(request.headers.get("If-Match"))
        tree = self.tree(request)

        def update() -> Answer:
            return _said(200, updating.update(name, tree, seen, reader=Reader(actor, at)))

        response = act_once(request, at=at, required=False, act=update)
        if response.status_code == 200:
            response["ETag"] = f'W/"{msgspec.json.decode(response.content)["meta"]["versionId"]}"'
        return response


class Bundle(FhirEndpoint):
    """Who may create anything sends batches and transactions."""

    permission_classes = [MayCreateSomething]

    def post(self, request: Request) -> HttpResponse:
        """Store each entry on its own (batch), or all of them or none (transaction)."""
        at, actor = clock.now(), actor_of(request)
        kind, wanted = bundles.wanted_of(self.tree(request))
        return act_once(request, at=at, required=False, act=lambda: _bundled(kind, wanted, actor=actor, at=at))


class Metadata(FhirEndpoint):
    """Anybody may ask what is served; it says nothing of any person."""

    permission_classes = [Anybody]

    def get(self, request: Request) -> HttpResponse:  # noqa: ARG002
        """Return the CapabilityStatement."""
        return outcomes.reply(capability.statement(clock.now()), 200)


def _bundled(kind: str, wanted: list[Wanted], *, actor: Actor, at: datetime) -> Answer:
    if kind == "batch":
        return _said(200, bundles.reply_of(kind, create(wanted, actor=actor, at=at)))
    created = create_all(wanted, actor=actor, at=at)
    if any(one.refused for one in created):
        return _said(422, outcomes.operation_outcome([issue for one in created for issue in one.issues]))
    return _said(200, bundles.reply_of(kind, created))


def _answered(one: Created) -> Answer:
    """The stored resource; for a panel the resources of its components, in a collection."""
    if one.refused:
        return _said(one.status, outcomes.operation_outcome(one.issues))
    if one.told:
        return _said(one.status, one.told)
    told = [observation_out.resource(row) for row in one.rows]
    if len(told) == 1:
        return _said(one.status, told[0])
    entries = [
        {"fullUrl": observation_out.address(row), "resource": kept} for row, kept in zip(one.rows, told, strict=True)
    ]
    return _said(one.status, {"resourceType": "Bundle", "type": "collection", "entry": entries})


def _said(status: int, resource: dict[str, Any]) -> Answer:
    body = outcomes.ENCODER.encode(resource).decode()
    return Answer(status_code=status, body=body, content_type=FHIR_JSON)
