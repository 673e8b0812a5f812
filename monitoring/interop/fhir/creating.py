"""What becomes of the resources of one request: created, here already, or refused, each on its own?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from dosing.models import Patient
from dosing.services.refusals import Refused
from il2ward.audit.actor import Actor
from monitoring.interop.fhir import encounter_in, patient_in, patients_out, plans_out, request_in
from monitoring.interop.fhir.access import may_create
from monitoring.interop.fhir.conforming import require_valid
from monitoring.interop.fhir.elements import mapping
from monitoring.interop.fhir.known import TwoOrMore, stored_as, wanted_identifier
from monitoring.interop.fhir.observation_in import ObservationReader, ReadObservation
from monitoring.interop.fhir.outcomes import BadResource, Issue, refuse
from monitoring.interop.fhir.served import Resource
from monitoring.models import Observation
from monitoring.services import observations
from monitoring.services.observations import RecordedObservation
from monitoring.services.several_patients import in_one_order

STATUS_OF = {"forbidden": 403, "conflict": 409, "invalid": 422}
ISSUE_OF = {"forbidden": "forbidden", "conflict": "conflict", "invalid": "value"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One resource to create, unless something with ``if_none_exist`` is here ("" asks nothing).

    ``full_url`` is what other resources of the same Bundle call it.
    """

    tree: Any
    if_none_exist: str = ""
    kind: str = "Observation"
    full_url: str = ""


@dataclass(frozen=True, slots=True)
class Created:
    """What became of one resource: an HTTP status and what it is told as, or the faults if it was refused.

    An Observation is stored as ``rows``, one for each value; any other resource is ``told`` as one. ``patient`` is
    whom it is about.
    """

    status: int
    rows: tuple[Observation, ...] = ()
    issues: tuple[Issue, ...] = ()
    notes: tuple[str, ...] = ()
    told: Resource = field(default_factory=dict)
    patient: Patient | None = None

    @property
    def refused(self) -> bool:
        """Whether nothing of it is stored."""
        return self.status >= 400


def create(wanted: Sequence[Wanted], *, actor: Actor, at: datetime) -> list[Created]:
    """Create every readable resource and say what became of each, in the order sent.

    People come first, then where they lie, then what is ordered for them, then what was observed.
    """
    results: dict[int, Created] = {}
    for kind in MADE_IN_ORDER:
        for index, one in enumerate(wanted):
            if one.kind == kind:
                results[index] = create_one(one, actor=actor, at=at)
    rest = {index: one for index, one in enumerate(wanted) if index not in results}
    results.update(_observed(rest, actor=actor, at=at))
    return [results[index] for index in range(len(wanted))]


def create_one(one: Wanted, *, actor: Actor, at: datetime) -> Created:
    """Create a Patient, an Encounter or a MedicationRequest."""
    try:
        tree = _checked(one, actor)
        condition = wanted_identifier(one.if_none_exist) if one.if_none_exist else ""
        return MADE_IN_ORDER[one.kind](tree, condition, actor, at)
    except BadResource as refused:
        return _refused(refused)
    except Refused as no:
        return Created(STATUS_OF[no.nature], issues=(Issue(no.sentence, one.kind, ISSUE_OF[no.nature]),))
    except IntegrityError:
        return Created(409, issues=(Issue("The same came twice at once; send it again.", one.kind, "conflict"),))


def _checked(one: Wanted, actor: Actor) -> Mapping[str, Any]:
    """The resource, when the actor may create its kind and R4 allows it as it is."""
    if not may_create(actor, one.kind):
        raise BadResource([Issue(f"You may not create a {one.kind}.", "", "forbidden")])
    tree = mapping(one.tree, one.kind)
    if tree.get("resourceType") != one.kind:
        raise refuse("resourceType", f"A {one.kind} belongs here.", "not-supported")
    require_valid(tree, one.kind)
    return tree


def _refused(refused: BadResource) -> Created:
    forbidden = any(issue.code == "forbidden" for issue in refused.issues)
    return Created(403 if forbidden else 422, issues=refused.issues)


def _patient(tree: Mapping[str, Any], condition: str, actor: Actor, at: datetime) -> Created:
    made, new = patient_in.register(tree, condition, actor, at)
    return Created(201 if new else 200, told=patients_out.patient(made), patient=made)


def _encounter(tree: Mapping[str, Any], condition: str, actor: Actor, at: datetime) -> Created:
    made, new = encounter_in.admit(tree, condition, actor, at)
    return Created(201 if new else 200, told=patients_out.stay(made), patient=made.patient)


def _request(tree: Mapping[str, Any], condition: str, actor: Actor, at: datetime) -> Created:
    made, new = request_in.order(tree, condition, actor, at)
    return Created(201 if new else 200, told=plans_out.plan(made), patient=made.patient)


MADE_IN_ORDER = {"Patient": _patient, "Encounter": _encounter, "MedicationRequest": _request}


def _observed(wanted: Mapping[int, Wanted], *, actor: Actor, at: datetime) -> dict[int, Created]:
    """Store every readable Observation, patient by patient."""
    results, readable = read_all(wanted, actor=actor, at=at)
    by_patient: dict[Patient, dict[int, ReadObservation]] = {}
    for index, read in readable.items():
        by_patient.setdefault(read.patient, {})[index] = read
    for patient in in_one_order(by_patient):
        results.update(_store(patient, by_patient[patient], actor=actor, at=at))
    return results


def read_all(
    wanted: Mapping[int, Wanted], *, actor: Actor, at: datetime
) -> tuple[dict[int, Created], dict[int, ReadObservation]]:
    """Return what is settled without storing (refused, here already) and what can be stored, both by index."""
    reader, settled, readable = ObservationReader(actor, at), {}, {}
    for index, one in wanted.items():
        try:
            name = wanted_identifier(one.if_none_exist) if one.if_none_exist else ""
            if name and (rows := stored_as(name, actor, at)):
                settled[index] = Created(200, tuple(rows), patient=rows[0].patient)
            else:
                readable[index] = _read(reader, one, name)
        except TwoOrMore as refused:
            settled[index] = Created(412, issues=refused.issues)
        except BadResource as refused:
            settled[index] = _refused(refused)
    return settled, readable


def _read(reader: ObservationReader, one: Wanted, name: str) -> ReadObservation:
    """What the Observation says; what it says in our own words is refused first, then whatever else R4 forbids."""
    if not may_create(reader.actor, "Observation"):
        raise BadResource([Issue("You may not create an Observation.", "", "forbidden")])
    read = reader.read(one.tree, external_id=name)
    require_valid(one.tree, "Observation")
    return read


def _store(patient: Patient, reads: dict[int, ReadObservation], *, actor: Actor, at: datetime) -> dict[int, Created]:
    facts = [fact for read in reads.values() for fact in read.facts]
    recorded = iter(observations.record(patient=patient, items=facts, actor=actor, at=at))
    return {index: _became([next(recorded) for _ in read.facts], patient) for index, read in reads.items()}


def _became(recorded: Sequence[RecordedObservation], patient: Patient) -> Created:
    rows = tuple(one.observation for one in recorded)
    if any(one.result == "conflict" for one in recorded):
        text = "This identifier and version were used for another content; send the correction as a new version."
        return Created(409, issues=(Issue(text, "Observation.identifier", "conflict"),))
    repeated = all(one.result == "repeated" for one in recorded)
    notes = tuple(one.why for one in recorded if one.why)
    return Created(200 if repeated else 201, rows, notes=notes, patient=patient)
