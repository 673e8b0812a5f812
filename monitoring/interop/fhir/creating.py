"""What becomes of the Observations of one request: stored, here already, or refused, each on its own?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from dosing.models import Patient
from il2ward.audit.actor import Actor
from monitoring.interop.fhir.known import TwoOrMore, stored_as, wanted_identifier
from monitoring.interop.fhir.observation_in import ObservationReader, ReadObservation
from monitoring.interop.fhir.outcomes import BadResource, Issue
from monitoring.models import Observation
from monitoring.services import observations
from monitoring.services.observations import RecordedObservation
from monitoring.services.several_patients import in_one_order

SEVERAL = Issue("A transaction is about one patient; send one for each, or a batch.", "Bundle", "too-costly")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One resource to create, unless something with ``if_none_exist`` is here ("" asks nothing)."""

    tree: Any
    if_none_exist: str = ""


@dataclass(frozen=True, slots=True)
class Created:
    """What became of one resource: an HTTP status, the rows it is stored as, and the faults if it was refused."""

    status: int
    rows: tuple[Observation, ...] = ()
    issues: tuple[Issue, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether nothing of it is stored."""
        return self.status >= 400


def create(wanted: Sequence[Wanted], *, actor: Actor, at: datetime) -> list[Created]:
    """Store every readable resource, patient by patient, and say what became of each, in the order sent."""
    results, readable = read_all(wanted, actor=actor, at=at)
    by_patient: dict[Patient, dict[int, ReadObservation]] = {}
    for index, read in readable.items():
        by_patient.setdefault(read.patient, {})[index] = read
    for patient in in_one_order(by_patient):
        results.update(_store(patient, by_patient[patient], actor=actor, at=at))
    return [results[index] for index in range(len(wanted))]


def create_all(wanted: Sequence[Wanted], *, actor: Actor, at: datetime) -> list[Created]:
    """Store all of the resources, or none when one is refused or when they are about several patients."""
    with transaction.atomic():
        created = create(wanted, actor=actor, at=at)
        patients = {row.patient_id for one in created for row in one.rows}
        refused = [one for one in created if one.refused]
        if len(patients) > 1:
            refused = [Created(422, issues=(SEVERAL,))]
        transaction.set_rollback(bool(refused))
    return refused or created


def read_all(
    wanted: Sequence[Wanted], *, actor: Actor, at: datetime
) -> tuple[dict[int, Created], dict[int, ReadObservation]]:
    """Return what is settled without storing (refused, here already) and what can be stored, both by index."""
    reader, settled, readable = ObservationReader(actor, at), {}, {}
    for index, one in enumerate(wanted):
        try:
            name = wanted_identifier(one.if_none_exist) if one.if_none_exist else ""
            if name and (rows := stored_as(name, actor, at)):
                settled[index] = Created(200, tuple(rows))
            else:
                readable[index] = reader.read(one.tree, external_id=name)
        except TwoOrMore as refused:
            settled[index] = Created(412, issues=refused.issues)
        except BadResource as refused:
            settled[index] = Created(422, issues=refused.issues)
    return settled, readable


def _store(patient: Patient, reads: dict[int, ReadObservation], *, actor: Actor, at: datetime) -> dict[int, Created]:
    facts = [fact for read in reads.values() for fact in read.facts]
    recorded = iter(observations.record(patient=patient, items=facts, actor=actor, at=at))
    return {index: _became([next(recorded) for _ in read.facts]) for index, read in reads.items()}


def _became(recorded: Sequence[RecordedObservation]) -> Created:
    rows = tuple(one.observation for one in recorded)
    if any(one.result == "conflict" for one in recorded):
        text = "This identifier and version were used for another content; send the correction as a new version."
        return Created(409, issues=(Issue(text, "Observation.identifier", "conflict"),))
    repeated = all(one.result == "repeated" for one in recorded)
    return Created(200 if repeated else 201, rows, notes=tuple(one.why for one in recorded if one.why))
