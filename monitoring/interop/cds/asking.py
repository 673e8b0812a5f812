"""What does a CDS Hooks request ask: about which patient, and is it about aldesleukin?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from dosing.models import Patient
from il2ward.http.problems import FieldError, Problem, shown
from il2ward.staff.models import Site
from monitoring.interop.fhir import params
from monitoring.interop.fhir.outcomes import BadResource
from monitoring.interop.fhir.patient_in import claim_of
from monitoring.interop.fhir.plans_out import ALDESLEUKIN, ATC
from monitoring.selectors.patient_match import NoMatch, matching

# Where each hook's context keeps the orders.
ORDERS_IN = {"order-sign": "draftOrders", "order-select": "draftOrders", "medication-prescribe": "medications"}
_NAMES = re.compile(r"(?<![\w-])(aldesleukin|proleukin|interleukin[- ]?2|il-2)(?![\w-])", re.IGNORECASE)
MOST_ORDERS = 200


class Drug(Enum):
    """What an order is for, as far as it says."""

    OURS = "aldesleukin"
    OTHER = "another drug"
    UNNAMED = "a drug that the order does not name"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it was understood. ``drug`` is None when it has no order of a drug at all."""

    hook: str
    patient_id: str
    prefetched: Any
    drug: Drug | None


def understood(tree: Any, hook: str) -> Asked:
    """Return what a request for ``hook`` asks; raises the 400 problem naming the first wrong part."""
    node = _object(tree, "$")
    if node.get("hook") != hook:
        raise _wrong("$.hook", node.get("hook"), f"{hook!r}, which this service is for")
    if not isinstance(node.get("hookInstance"), str) or not node["hookInstance"]:
        raise _wrong("$.hookInstance", node.get("hookInstance"), "a UUID of this very call")
    context = _object(node.get("context"), "$.context")
    patient_id = context.get("patientId")
    if not isinstance(patient_id, str) or not 1 <= len(patient_id) <= 64:
        raise _wrong("$.context.patientId", patient_id, "the id of a patient")
    prefetch = node.get("prefetch")
    prefetched = _object(prefetch, "$.prefetch").get("patient") if prefetch is not None else None
    return Asked(hook, patient_id, prefetched, _drug_of(context, hook))


def patient_of(asked: Asked, site: Site) -> Patient:
    """Return whom the request is about. Raises NoMatch when nobody here is meant beyond doubt, and the problem 412
    when the patient was not sent along (or cannot be read) and the id is none of ours."""
    own = params.uuid(asked.patient_id)
    here = Patient.objects.filter(site=site, pk=own).first() if isinstance(own, UUID) else None
    if asked.prefetched is None:
        if here is None:
            raise _needed("Send the patient along: prefetch.patient, as Patient/{{context.patientId}}.")
        return here
    sent = asked.prefetched
    if not isinstance(sent, dict) or sent.get("resourceType") != "Patient":
        raise _needed("prefetch.patient is no Patient.")
    if here is None and sent.get("id") != asked.patient_id:
        raise NoMatch("other_person", "The patient that was sent along is not the one of the order.")
    try:
        found = matching(site, claim_of(sent, site))
    except BadResource as bad:
        raise _needed(f"prefetch.patient: {bad}") from bad
    if here is not None and here.pk != found.pk:
        raise NoMatch("other_person", "The patient that was sent along is not the one of the order.")
    return found


def _drug_of(context: Mapping[str, Any], hook: str) -> Drug | None:
    name = ORDERS_IN[hook]
    bundle = _object(context.get(name), f"$.context.{name}")
    entries = bundle.get("entry", [])
    if bundle.get("resourceType") != "Bundle" or not isinstance(entries, list) or len(entries) > MOST_ORDERS:
        raise _wrong(f"$.context.{name}", bundle.get("resourceType"), f"a Bundle of at most {MOST_ORDERS} entries")
    resources = [_resource(one, f"$.context.{name}.entry[{index}]") for index, one in enumerate(entries)]
    chosen = _selected(context) if hook == "order-select" else None
    found = {
        _drug(one, resources)
        for _, one in resources
        if one.get("resourceType") == "MedicationRequest" and one.get("doNotPerform") is not True
        if chosen is None or f"MedicationRequest/{one.get('id')}" in chosen
    }
    return next((drug for drug in (Drug.OURS, Drug.UNNAMED, Drug.OTHER) if drug in found), None)


def _selected(context: Mapping[str, Any]) -> set[str]:
    selections = context.get("selections")
    if not isinstance(selections, list) or not all(isinstance(one, str) for one in selections):
        raise _wrong("$.context.selections", selections, "the references of the orders that were chosen")
    return set(selections)


def _resource(entry: Any, where: str) -> tuple[str, Mapping[str, Any]]:
    node = _object(entry, where)
    address = node.get("fullUrl")
    return address if isinstance(address, str) else "", _object(node.get("resource"), f"{where}.resource")


def _drug(order: Mapping[str, Any], resources: list[tuple[str, Mapping[str, Any]]]) -> Drug:
    concept = order.get("medicationCodeableConcept")
    pointer = order.get("medicationReference")
    if concept is None and isinstance(pointer, dict):
        concept = _pointed_at(order, str(pointer.get("reference", "")), resources)
        said = [pointer.get("display")]
    else:
        said = []
    codings = list(_codings(concept))
    if any((one.get("system"), one.get("code")) == (ATC, ALDESLEUKIN) for one in codings):
        return Drug.OURS
    said += [one.get("display") for one in codings]
    said.append(concept.get("text") if isinstance(concept, dict) else None)
    words = [one for one in said if isinstance(one, str) and one.strip()]
    if any(_NAMES.search(one) for one in words):
        return Drug.OURS
    return Drug.OTHER if words or any(one.get("system") == ATC for one in codings) else Drug.UNNAMED


def _pointed_at(order: Mapping[str, Any], name: str, resources: list[tuple[str, Mapping[str, Any]]]) -> Any:
    """The code of the Medication that an order points at, inside itself or in the same Bundle; None: not sent."""
    contained = order.get("contained")
    inside = [part for part in contained if isinstance(part, dict)] if isinstance(contained, list) else []
    for part in inside:
        if name == f"#{part.get('id')}":
            return part.get("code")
    for address, one in resources:
        if one.get("resourceType") == "Medication" and name and name in (address, f"Medication/{one.get('id')}"):
            return one.get("code")
    return None


def _codings(concept: Any) -> Iterator[Mapping[str, Any]]:
    codings = concept.get("coding") if isinstance(concept, dict) else None
    yield from (one for one in codings if isinstance(one, dict)) if isinstance(codings, list) else ()


def _object(node: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(node, dict):
        raise _wrong(where, node, "an object")
    return node


def _wrong(path: str, value: Any, allowed: str) -> Problem:
    error = FieldError(path, shown("nothing" if value is None else value), allowed)
    return Problem(400, "bad-request", f"{path}: {allowed} belongs here.", [error])


def _needed(sentence: str) -> Problem:
    return Problem(412, "prefetch-needed", sentence)
