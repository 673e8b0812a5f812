"""Whom is a sent resource about? A reference to a patient of this service, or their record number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from dosing.models import Patient
from il2ward.audit.actor import Actor
from il2ward.http.problems import shown
from monitoring.interop.fhir import elements
from monitoring.interop.fhir.outcomes import refuse
from monitoring.selectors import reach


class Subjects:
    """Finds the subjects of one request; remembers whom it has looked up."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor, self.at = actor, at
        self._known: dict[tuple[str, str], Patient | None] = {}

    def of(self, resource: Mapping[str, Any], root: str) -> Patient:
        """Return the patient in reach whom ``resource.subject`` names; raises BadResource for nobody, or two."""
        subject = elements.mapping(resource.get("subject", {}), f"{root}.subject")
        reference = elements.text_of(subject, "reference", f"{root}.subject", most=300)
        identifier = elements.mapping(subject.get("identifier", {}), f"{root}.subject.identifier")
        mrn = elements.text_of(identifier, "value", f"{root}.subject.identifier", most=40)
        if mrn:
            found = self._look_up("mrn", mrn)
            if found is None:
                raise refuse(f"{root}.subject.identifier", self._nobody(f"MRN {mrn}"), "not-found")
            return _same_as_reference(found, reference, root)
        found = self._look_up("id", _patient_id(reference, root))
        if found is None:
            raise refuse(f"{root}.subject.reference", self._nobody(shown(reference)), "not-found")
        return found

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


def _same_as_reference(patient: Patient, reference: str, root: str) -> Patient:
    named = _patient_id(reference, root, strict=False)
    if named and named != str(patient.pk):
        raise refuse(f"{root}.subject", "Reference and identifier name two different patients.", "conflict")
    return patient


def _patient_id(reference: str, root: str, *, strict: bool = True) -> str:
    """Return the id in ``Patient/<id>``; with ``strict`` anything else is refused, else it is ""."""
    kind, _, name = reference.rpartition("/")
    try:
        if kind.endswith("Patient"):
            return str(UUID(name))
    except ValueError:
        pass
    if strict:
        raise refuse(
            f"{root}.subject",
            f"Patient/<id> of this service or an identifier with the MRN belongs here, not {shown(reference)}.",
            "required" if not reference else "not-found",
        )
    return ""
