"""How do a patient and one of their admissions (a cycle) read as FHIR R4 Patient and Encounter?"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dosing.models import Cycle, Patient, Placement
from monitoring.interop.fhir import params
from monitoring.interop.fhir.elements_out import HL7, OWN, instant, narrative_free, period, reference
from monitoring.interop.fhir.served import Param, Reader, Resource, RowSource, Served

ENCOUNTER_STATUS = {"planned": "planned", "active": "in-progress", "ended": "finished"}


def mrn_system(site_code: str) -> str:
    """Return the name of a hospital's record numbers."""
    return f"{OWN}mrn:{site_code}"


def patient(row: Patient) -> Resource:
    """Return the Patient; its only identifier is the hospital's record number."""
    name = narrative_free({"family": row.family_name, "given": [row.given_name] if row.given_name else [],
                           "prefix": [row.title] if row.title else []})  # fmt: skip
    return {
        "resourceType": "Patient",
        "id": str(row.pk),
        "meta": {"lastUpdated": instant(row.registered_at)},
        "identifier": [{"type": {"text": "MRN"}, "system": mrn_system(row.site.code), "value": row.mrn}],
        "name": [name],
        "gender": row.gender,
        "birthDate": row.birth_date.isoformat(),
    }


def encounter(row: Cycle) -> Resource:
    """Return the Encounter of a cycle, with the beds that the patient lay in meanwhile."""
    course = row.course
    begun = row.starts_at if row.status != "planned" else None
    return narrative_free({
        "resourceType": "Encounter",
        "id": str(row.pk),
        "identifier": [{"system": f"{OWN}course-cycle", "value": f"{course.pk}/{row.number}"}],
        "status": ENCOUNTER_STATUS[row.status],
        "class": {"system": f"{HL7}v3-ActCode", "code": "IMP", "display": "inpatient encounter"},
        "type": [{"text": f"High-dose interleukin-2, course {course.number}, cycle {row.number}"}],
        "subject": reference("Patient", course.patient_id),
        "period": period(begun, row.ended_at),
        "reasonCode": [{"text": row.get_end_reason_display()}] if row.end_reason else [],
        "location": [_location(one) for one in _stays(row)],
    })  # fmt: skip


def _stays(row: Cycle) -> list[Placement]:
    during = Q(until_at=None) | Q(until_at__gt=row.starts_at)
    if row.ended_at is not None:
        during &= Q(from_at__lt=row.ended_at)
    return list(row.course.patient.placements.filter(during).select_related("ward", "bed").order_by("from_at"))


def _location(stay: Placement) -> Resource:
    return {
        "location": {"display": f"{stay.ward.name}, bed {stay.bed.label}"},
        "status": "active" if stay.until_at is None else "completed",
        "period": period(stay.from_at, stay.until_at),
    }


def _patients(reader: Reader) -> QuerySet[Patient]:
    return reader.patients.select_related("site")


def cycles(reader: Reader) -> QuerySet[Cycle]:
    """The cycles in reach."""
    rows = Cycle.objects.filter(course__patient__in=reader.patients)
    return rows.select_related("course__patient", "course__site", "course__regimen")


def _named(value: str) -> Q:
    return Q(family_name__istartswith=value) | Q(given_name__istartswith=value)


def _identifier(value: str) -> Q:
    system, bar, own = value.rpartition("|")
    begins = f"{OWN}mrn:"
    if not bar or not system:
        return Q(mrn=own)
    return Q(mrn=own, site__code=system.removeprefix(begins)) if system.startswith(begins) else params.NOTHING


BY_PATIENT = Param("patient", "reference", "the patient")
PATIENT = Served(
    type="Patient",
    about="One person under care; merging records is the hospital's ward list's affair.",
    sources=(
        RowSource(
            _patients,
            patient,
            {
                "_id": lambda value: Q(pk=found) if (found := params.uuid(value)) else params.NOTHING,
                "identifier": _identifier,
                "name": _named,
                "family": lambda value: Q(family_name__istartswith=value),
                "birthdate": params.days("birthdate", "birth_date"),
                "_lastUpdated": params.moments("_lastUpdated", "registered_at"),
            },
            params.uuid,
        ),
    ),
    params=(
        Param("_id", "token", "the id"),
        Param("identifier", "token", "the record number, with or without its system"),
        Param("name", "string", "the beginning of a family or given name"),
        Param("family", "string", "the beginning of the family name"),
        Param("birthdate", "date", "the day of birth"),
        Param("_lastUpdated", "date", "when the patient was registered"),
    ),
)
ENCOUNTER = Served(
    type="Encounter",
    about="One admission block is one cycle of a course; what led to its start is signed here, so none is created.",
    sources=(
        RowSource(
            cycles,
            encounter,
            {
                "_id": lambda value: Q(pk=found) if (found := params.whole(value)) else params.NOTHING,
                "patient": params.reference("patient", "Patient", "course__patient", params.uuid),
                "status": params.code("status", {told: Q(status=ours) for ours, told in ENCOUNTER_STATUS.items()}),
                "date": params.moments("date", "starts_at"),
            },
            params.whole,
        ),
    ),
    params=(
        Param("_id", "token", "the id"),
        BY_PATIENT,
        Param("status", "token", "planned, in-progress or finished"),
        Param("date", "date", "when the first dose was due"),
    ),
)
