"""Which facts does one FHIR R4 Observation state, and about whom?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dosing.models import Patient
from il2ward.audit.actor import Actor
from il2ward.http.problems import shown
from monitoring.interop.fhir import elements
from monitoring.interop.fhir.outcomes import refuse
from monitoring.interop.fhir.subjects import Subjects
from monitoring.selectors.senders import FUTURE, origin_of
from monitoring.services.observations import NewObservation

ROOT = "Observation"


@dataclass(frozen=True, slots=True)
class ReadObservation:
    """One resource that may be stored: about whom, and one fact per value (a pressure panel states two)."""

    patient: Patient
    facts: tuple[NewObservation, ...]
    external_id: str


class ObservationReader:
    """Reads the Observations of one request."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor, self.at = actor, at
        self.subjects = Subjects(actor, at)

    def read(self, tree: Any, *, external_id: str = "") -> ReadObservation:
        """Return what ``tree`` states; raises BadResource naming the element.

        ``external_id`` is the sender's name for it when the resource itself has none.
        """
        resource = elements.mapping(tree, ROOT)
        _is_plain_observation(resource)
        patient = self.subjects.of(resource, ROOT)
        name = elements.external_id(resource, ROOT) or external_id
        shared = self._shared(resource, name)
        return ReadObservation(patient, tuple(_facts(resource, shared)), name)

    def _shared(self, resource: Mapping[str, Any], name: str) -> NewObservation:
        """What every fact of the resource has in common; the value comes later."""
        interval_start, observed_at = elements.effective(resource, ROOT)
        if observed_at > self.at + FUTURE:
            raise refuse("Observation.effective", f"A time not after {self.at:%Y-%m-%dT%H:%M:%SZ} belongs here.")
        meta = elements.mapping(resource.get("meta", {}), "Observation.meta")
        version = elements.text_of(meta, "versionId", "Observation.meta", most=40)
        return NewObservation(
            observable="",
            observed_at=observed_at,
            interval_start=interval_start,
            status=elements.status_of(resource, ROOT),
            origin=origin_of(self.actor),
            external_id=name,
            version=version or elements.text_of(resource, "issued", ROOT, most=40),
        )


def _is_plain_observation(resource: Mapping[str, Any]) -> None:
    kind = resource.get("resourceType")
    if kind != ROOT:
        raise refuse("resourceType", f"Only Observation is taken here, not {shown(kind)}.", "not-supported")
    for name in ("modifierExtension", "implicitRules"):
        if name in resource:
            raise refuse(
                f"Observation.{name}", "It may change the meaning, and it is not understood here.", "extension"
            )


def _facts(resource: Mapping[str, Any], shared: NewObservation) -> list[NewObservation]:
    components = list(elements.members(resource, "component", ROOT))
    has_own = any(name.startswith("value") for name in resource) or not components
    facts = [_fact(resource, ROOT, shared, shared.external_id)] if has_own else []
    for index, (path, node) in enumerate(components):
        code = elements.coded(node, path).code
        name = f"{shared.external_id}#{index}-{code}"[:120] if shared.external_id else ""
        facts.append(_fact(node, path, shared, name))
    return facts


def _fact(node: Mapping[str, Any], where: str, shared: NewObservation, name: str) -> NewObservation:
    what, value = elements.coded(node, where), elements.value_of(node, where)
    low, high = elements.reference_range(node, where, value.unit)
    return replace(
        shared,
        observable=what.observable,
        sent_code=what.code,
        sent_system=what.system,
        value=value.value,
        unit=value.unit,
        comparator=value.comparator,
        code=value.code,
        range_low=low,
        range_high=high,
        external_id=name,
        unusable=value.unusable,
    )
