"""Is a resource valid FHIR R4, as an independent library reads it? Each fault is named by its element."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fhir.resources.R4B.encounter import Encounter
from fhir.resources.R4B.medicationrequest import MedicationRequest
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.patient import Patient
from pydantic import ValidationError

from monitoring.interop.fhir.outcomes import BadResource, Issue

# R4 and R4B say the same of these types.
MODELS: Mapping[str, Any] = {
    "Encounter": Encounter,
    "MedicationRequest": MedicationRequest,
    "Observation": Observation,
    "Patient": Patient,
}
MOST_ISSUES = 20
CODES = {"missing": "required", "extra_forbidden": "structure"}


def require_valid(tree: Mapping[str, Any], kind: str) -> None:
    """Raise BadResource, naming every element that R4 does not allow."""
    try:
        MODELS[kind].model_validate(tree)
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_context=False, include_input=False)
        raise BadResource([_issue(kind, one) for one in found[:MOST_ISSUES]]) from wrong


def _issue(kind: str, fault: Mapping[str, Any]) -> Issue:
    text = str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    return Issue(f"FHIR R4: {text}.", _element(kind, fault["loc"]), CODES.get(fault["type"], "structure"))


def _element(kind: str, loc: Sequence[str | int]) -> str:
    return kind + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in loc)
