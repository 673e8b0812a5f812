"""How does the FHIR interface say no? With an OperationOutcome that names the element."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import HttpResponse

from il2ward.http.problems import FieldError, Problem

FHIR_JSON = "application/fhir+json"
# A FHIR decimal is a JSON number that keeps its digits: 3.40 goes out as 3.40.
ENCODER = msgspec.json.Encoder(decimal_format="number")
ISSUE_CODE = {
    400: "structure",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    413: "too-costly",
    415: "not-supported",
    412: "conflict",
    422: "processing",
    428: "required",
}


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault: FHIR's code for it, a sentence, and the element as a FHIRPath ("Observation.status")."""

    text: str
    expression: str = ""
    code: str = "value"


class BadResource(Exception):
    """A resource that is refused; ``issues`` names each element."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("; ".join(issue.text for issue in issues))


def refuse(expression: str, text: str, code: str = "value") -> BadResource:
    """Return the exception that refuses one element."""
    return BadResource([Issue(text, expression, code)])


def operation_outcome(issues: Sequence[Issue], severity: str = "error") -> dict[str, Any]:
    """Return the resource."""
    return {"resourceType": "OperationOutcome", "issue": [_told(issue, severity) for issue in issues]}


def of_problem(problem: Problem) -> dict[str, Any]:
    """Return the resource that says the same as ``problem``."""
    code = ISSUE_CODE.get(problem.status, "processing")
    issues = [Issue(f"{error.allowed}, not {error.value}", _path(error), code) for error in problem.errors]
    return operation_outcome(issues or [Issue(problem.detail, "", code)])


def reply(resource: dict[str, Any], status: int, **headers: str) -> HttpResponse:
    """Return ``resource`` as a response."""
    return HttpResponse(ENCODER.encode(resource), content_type=FHIR_JSON, status=status, headers=headers)


def _told(issue: Issue, severity: str) -> dict[str, Any]:
    told: dict[str, Any] = {"severity": severity, "code": issue.code, "diagnostics": issue.text}
    if issue.expression:
        told["expression"] = [issue.expression]
    return told


def _path(error: FieldError) -> str:
    return error.path.removeprefix("$.").removeprefix("$")
