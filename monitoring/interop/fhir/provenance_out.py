"""Who entered, sent, gave, checked or corrected what is told here, as FHIR R4 Provenance?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from dosing.models import Dose
from il2ward.staff.models import Device, User
from monitoring.interop.fhir import params
from monitoring.interop.fhir.elements_out import HL7, concept, instant, narrative_free, period, person, reference
from monitoring.interop.fhir.orders_out import administered
from monitoring.interop.fhir.served import Param, Reader, Resource, RowSource, Served
from monitoring.models import Observation
from monitoring.selectors import chains

OF_OBSERVATION, OF_DOSE = "observation-", "dose-"


def of_observation(row: Observation) -> Resource:
    """Return who entered or sent one version of an observation; a correction names the version before it."""
    name = chains.name_of(row)
    corrected = name.version > 1
    before = reference("Observation", f"{name.id}/_history/{name.version - 1}")
    return narrative_free({
        "resourceType": "Provenance",
        "id": f"{OF_OBSERVATION}{row.pk}",
        "target": [reference("Observation", f"{name.id}/_history/{name.version}")],
        "occurredDateTime": instant(row.observed_at),
        "recorded": instant(row.recorded_at),
        "reason": [{"text": row.reason}] if row.reason else [],
        "activity": concept(f"{HL7}v3-DataOperation", "UPDATE" if corrected else "CREATE"),
        "agent": [_agent(row.recorded_by or row.device, "enterer" if row.recorded_by else "assembler")],
        "entity": [{"role": "revision", "what": before}] if corrected else [],
    })  # fmt: skip


def of_dose(row: Dose) -> Resource:
    """Return who gave and checked a dose, or who closed its slot."""
    people = [(row.started_by, "performer"), (row.checked_by, "verifier"), (row.closed_by, "author")]
    told = [_agent(who, what) for who, what in people if who is not None]
    return narrative_free({
        "resourceType": "Provenance",
        "id": f"{OF_DOSE}{row.pk}",
        "target": [reference("MedicationAdministration", row.pk)],
        "occurredPeriod": period(row.started_at, row.ended_at),
        "recorded": instant(_recorded(row)),
        "agent": told or [_agent(None, "assembler")],
    })  # fmt: skip


def of_found(found: Iterable[Resource], reader: Reader) -> list[Resource]:
    """Return the Provenance of each resource found, in two queries at most."""
    names: dict[str, list[str]] = {"Observation": [], "MedicationAdministration": []}
    for resource in found:
        names[resource["resourceType"]].append(resource["id"])
    ids = [one for one in map(params.uuid, names["Observation"]) if one is not None]
    chain = [row for first in Observation.objects.filter(pk__in=ids) for row in chains.versions_of(first)]
    # The chain tells which version came last; identifiers of one millisecond do not.
    newest_first = [row.pk for row in reversed(chain)]
    known = _observations(reader).in_bulk(newest_first)
    seen = [of_observation(known[pk]) for pk in dict.fromkeys(newest_first) if pk in known]
    doses = names["MedicationAdministration"]
    return seen + ([of_dose(row) for row in _doses(reader).filter(pk__in=doses)] if doses else [])


def _agent(who: User | Device | None, kind: str) -> dict[str, Any]:
    told = person(who) if isinstance(who, User) else {"display": "il2ward" if who is None else who.name}
    return {"type": concept(f"{HL7}provenance-participant-type", kind), "who": told}


def _recorded(row: Dose) -> datetime:
    known = row.recorded_at or row.closed_at or row.ended_at or row.started_at
    return known or row.due_at


def _observations(reader: Reader) -> QuerySet[Observation]:
    return Observation.objects.filter(patient__in=reader.patients).select_related("recorded_by", "device")


def _doses(reader: Reader) -> QuerySet[Dose]:
    return administered(reader).exclude(status="planned")


def _target_observation(value: str) -> Q:
    kind, _, own = value.partition("/")
    key = params.uuid(own.partition("/")[0]) if kind == "Observation" else None
    first = None if key is None else Observation.objects.filter(pk=key).first()
    return params.NOTHING if first is None else Q(pk__in=[row.pk for row in chains.versions_of(first)])


def _target_dose(value: str) -> Q:
    kind, _, own = value.partition("/")
    key = params.whole(own) if kind == "MedicationAdministration" else None
    return params.NOTHING if key is None else Q(pk=key)


PROVENANCE = Served(
    type="Provenance",
    about="Who stands behind an observation (each version) and behind a dose.",
    sources=(
        RowSource(
            _observations,
            of_observation,
            {
                "target": _target_observation,
                "patient": params.reference("patient", "Patient", "patient", params.uuid),
                "recorded": params.moments("recorded", "recorded_at"),
            },
            params.uuid,
            OF_OBSERVATION,
        ),
        RowSource(
            _doses,
            of_dose,
            {
                "target": _target_dose,
                "patient": params.reference("patient", "Patient", "cycle__course__patient", params.uuid),
                "recorded": params.moments("recorded", "recorded_at"),
            },
            params.whole,
            OF_DOSE,
        ),
    ),
    params=(
        Param("target", "reference", "Observation/<id> or MedicationAdministration/<id>"),
        Param("patient", "reference", "the patient"),
        Param("recorded", "date", "when it was recorded"),
    ),
)
