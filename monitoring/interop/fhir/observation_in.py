"""Which facts does one FHIR R4 Observation state, and about whom?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from dosing.models import Patient
from il2ward.audit.actor import Actor
from il2ward.http.problems import shown
from monitoring.interop.fhir import elements
from monitoring.interop.fhir.outcomes import refuse
from monitoring.selectors import reach
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
    """Reads Observations of one request; remembers the patients it has looked up."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor, self.at = actor, at
        self._known: dict[tuple[str, str], Patient | None] = {}

    def read(self, tree: Any, *, external_id: str = "") -> ReadObservation:
        """Return what ``tree`` states; raises BadResource naming the element.

        ``external_id`` is the sender's name for it when the resource itself has none.
        """
        resource = elements.mapping(tree, ROOT)
        _is_plain_observation(resource)
        patient = self._subject(resource)
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

    def _subject(self, resource: Mapping[str, Any]) -> Patient:
        subject = elements.mapping(resource.get("subject", {}), "Observation.subject")
        reference = elements.text_of(subject, "reference", "Observation.subject", most=300)
        identifier = elements.mapping(subject.get("identifier", {}), "Observation.subject.identifier")
        mrn = elements.text_of(identifier, "value", "Observation.subject.identifier", most=40)
        if mrn:
            found = self._look_up("mrn", mrn)
            if found is None:
                raise refuse("Observation.subject.identifier", self._nobody(f"MRN {mrn}"), "not-found")
            return self._same_as_reference(found, reference)
        found = self._look_up("id", _patient_id(reference))
        if found is None:
            raise refuse("Observation.subject.reference", self._nobody(shown(reference)), "not-found")
        return found

    def _same_as_reference(self, patient: Patient, reference: str) -> Patient:
        named = _patient_id(reference, strict=False)
        if named and named != str(patient.pk):
            raise refuse("Observation.subject", "Reference and identifier name two different patients.", "conflict")
        return patient

    def _look_up(self, kind: str, name: str) -> Patient | None:
        if (kind, name) not in self._known:
            by_mrn = kind == "mrn"
            found = (
                reach.patient_by_mrn(self.actor, name, self.at)
                if by_mrn
                else reach.patient_by_id(self.actor, UUID(name), self.at)
            )
            self._known[kind, name] = found
        return self._known[kind, name]

    def _nobody(self, named: str) -> str:
        where = "at this site" if self.actor.device is not None else "in your wards"
        return f"There is no patient with {named} {where}; nothing was attached to anybody."


def _is_plain_observation(resource: Mapping[str, Any]) -> None:
    kind = resource.get("resourceType")
    if kind != ROOT:
        raise refuse("resourceType", f"Only Observation is taken here, not {shown(kind)}.", "not-supported")
    for name in ("modifierExtension", "implicitRules"):
        if name in resource:
            raise refuse(
                f"Observation.{name}", "It may change the meaning, and it is not understood here.", "extension"
            )


def _patient_id(reference: str, *, strict: bool = True) -> str:
    """Return the id in ``Patient/<id>``; with ``strict`` anything else is refused, else it is ""."""
    kind, _, name = reference.rpartition("/")
    try:
        if kind.endswith("Patient"):
            return str(UUID(name))
    except ValueError:
        pass
    if strict:
        raise refuse(
            "Observation.subject",
            f"Patient/<id> of this service or an identifier with the MRN belongs here, not {shown(reference)}.",
            "required" if not reference else "not-found",
        )
    return ""


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
