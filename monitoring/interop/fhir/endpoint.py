"""What is the same for every FHIR address: JSON in and out, every refusal an OperationOutcome."""

from __future__ import annotations

from typing import Any, NoReturn

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.services.refusals import Refused
from il2ward import clock
from il2ward.http.credentials import Anybody
from il2ward.http.endpoint import Endpoint
from il2ward.http.problems import Problem
from il2ward.staff.models import Device
from monitoring.interop.fhir import access, outcomes
from monitoring.interop.fhir.outcomes import FHIR_JSON, BadResource

OTHER_FORMATS = ("xml", "turtle", "ttl")


def takes_json(asked: str) -> bool:
    """Return whether JSON will do for who asks for these formats; only one who names others and no JSON refuses it."""
    kinds = [one.partition(";")[0].strip().lower() for one in asked.split(",")]
    named_others = any(kind.endswith(OTHER_FORMATS) for kind in kinds)
    return not named_others or any("json" in kind or kind.endswith("*") for kind in kinds)


class FhirEndpoint(Endpoint):
    """A FHIR address."""

    content_types = (FHIR_JSON, "application/json")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let nobody in who may not; refuse whoever would understand no JSON."""
        super().initial(request, *args, **kwargs)
        if not takes_json(request.query_params.get("_format", "") or request.headers.get("Accept", "")):
            raise Problem(406, "json-only", "Only JSON is told here: ask for application/fhir+json.")

    def no(self, problem: Problem) -> HttpResponse:
        """Return the OperationOutcome that says the same."""
        headers = {"WWW-Authenticate": "Api-Key"} if problem.status == 401 else {}
        return outcomes.reply(outcomes.of_problem(problem), problem.status, **headers)

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> NoReturn:
        """Refuse, and keep what a device or system was refused."""
        if isinstance(request.auth, Device) and hasattr(self, "served"):
            access.note_refused(request.auth, self.served.type, request.method or "", clock.now())
        super().permission_denied(request, message, code)

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


class NotServed(FhirEndpoint):
    """Whatever else is asked for: there is no such type here, whoever asks."""

    permission_classes = [Anybody]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before anything else."""
        super().initial(request, *args, **kwargs)
        raise Problem(404, "not-served", "Nothing is served at this address; GET /fhir/metadata tells what is.")
