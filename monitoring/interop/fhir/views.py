"""POST and GET of FHIR R4: Observations in, one by one or in a Bundle, and read back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from dosing.services.refusals import Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http.credentials import Anybody, Clinician, ObservingDevice, Reader, actor_of
from il2ward.http.endpoint import Endpoint, act_once
from il2ward.http.problems import Problem
from il2ward.staff.services.repeated_requests import Answer
from monitoring.interop.fhir import bundles, capability, observation_out, outcomes
from monitoring.interop.fhir.creating import Created, Wanted, create, create_all
from monitoring.interop.fhir.outcomes import FHIR_JSON, BadResource
from monitoring.selectors import reach


class FhirEndpoint(Endpoint):
    """A FHIR address: JSON in and out, every refusal an OperationOutcome."""

    content_types = (FHIR_JSON, "application/json")

    def no(self, problem: Problem) -> HttpResponse:
        """Return the OperationOutcome that says the same."""
        headers = {"WWW-Authenticate": "Api-Key"} if problem.status == 401 else {}
        return outcomes.reply(outcomes.of_problem(problem), problem.status, **headers)

    def handle_exception(self, exc: Exception) -> Any:
        """Answer a resource that was refused as a whole; the rest as everywhere."""
        if isinstance(exc, BadResource):
            return outcomes.reply(outcomes.operation_outcome(exc.issues), 422)
        return super().handle_exception(exc)

    def problem_of(self, exc: Exception) -> Problem | None:
        """Tell a refusal of the service, such as of a person who may no longer write for this ward."""
        if isinstance(exc, Refused):
            return Problem(403 if exc.nature == "forbidden" else 409, exc.code, exc.sentence)
        return super().problem_of(exc)


class Observations(FhirEndpoint):
    """Nurses, physicians and devices with ``observation:write`` create Observations."""

    permission_classes = [Clinician | ObservingDevice]

    def post(self, request: Request) -> HttpResponse:
        """Store one Observation, unless If-None-Exist finds it here already."""
        at, actor = clock.now(), actor_of(request)
        wanted = Wanted(self.tree(request), request.headers.get("If-None-Exist", ""))
        response = act_once(
            request, at=at, required=False, act=lambda: _answered(create([wanted], actor=actor, at=at)[0])
        )
        if response.status_code < 300:
            response["Location"] = request.build_absolute_uri(_address(response.content))
        return response


class Observation(FhirEndpoint):
    """The staff of the patient's ward, and the devices of its site, read one back."""

    permission_classes = [Reader | ObservingDevice]

    def get(self, request: Request, observation_id: UUID) -> HttpResponse:
        """Return the resource."""
        row = reach.observation(actor_of(request), observation_id, clock.now())
        if row is None:
            raise Problem(404, "not-found", "There is no such Observation for you.")
        return outcomes.reply(observation_out.resource(row), 200)


class Bundle(FhirEndpoint):
    """Nurses, physicians and devices with ``observation:write`` send batches and transactions."""

    permission_classes = [Clinician | ObservingDevice]

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
    told = [observation_out.resource(row) for row in one.rows]
    if len(told) == 1:
        return _said(one.status, told[0])
    entries = [
        {"fullUrl": observation_out.address(row), "resource": kept} for row, kept in zip(one.rows, told, strict=True)
    ]
    return _said(one.status, {"resourceType": "Bundle", "type": "collection", "entry": entries})


def _address(body: bytes) -> str:
    """Where what was just answered is read: the resource itself, or the first of a panel's."""
    told = msgspec.json.decode(body)
    return f"/fhir/Observation/{told['id']}" if "id" in told else str(told["entry"][0]["fullUrl"])


def _said(status: int, resource: dict[str, Any]) -> Answer:
    body = outcomes.ENCODER.encode(resource).decode()
    return Answer(status_code=status, body=body, content_type=FHIR_JSON)
