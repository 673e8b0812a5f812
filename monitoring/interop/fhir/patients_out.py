"""How do a patient and one of their admissions (a cycle) read as FHIR R4 Patient and Encounter?"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dosing.models import Cycle, Patient, Placement
from il2ward.staff.models import Bed
from monitoring.interop.fhir import params
from monitoring.interop.fhir.elements import kept_id
from monitoring.interop.fhir.elements_out import HL7, OWN, instant, narrative_free, period, reference
from monitoring.interop.fhir.served import Param, Reader, Resource, RowSource, Served
from monitoring.selectors.sender_places import address_of

ENCOUNTER_STATUS = {"planned": "planned", "active": "in-progress", "ended": "finished"}
IMP = {"system": f"{HL7}v3-ActCode", "code": "IMP", "display": "inpatient encounter"}
STAY = "stay-"
CYCLES = f"{OWN}course-cycle"


def mrn_system(site_code: str) -> str:
    """Return the name of a hospital's record numbers."""
    return f"{OWN}mrn:{site_code}"


def bed_system(bed: Bed) -> str:
    """Return the name of a hospital's beds; a bed's value in it is ``<ward code>/<label>``."""
    return f"{OWN}bed:{bed.ward.site.code}"


def bed_name(bed: Bed) -> str:
    """Return the bed in words."""
    return f"{bed.ward.name}, bed {bed.label}"


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
        "identifier": [{"system": CYCLES, "value": f"{course.pk}/{row.number}"}],
        "status": ENCOUNTER_STATUS[row.status],
        "class": IMP,
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
    found = row.course.patient.placements.filter(during).select_related("bed__ward__site")
    return list(found.order_by("from_at"))


def stay(row: Placement) -> Resource:
    """Return the Encounter of one stay in a bed, by whichever way the patient came into it."""
    return narrative_free({
        "resourceType": "Encounter",
        "id": f"{STAY}{row.pk}",
        "identifier": [sent_identifier(one.identifier) for one in row.sent_as.all()],
        "status": "in-progress" if row.until_at is None else "finished",
        "class": IMP,
        "type": [{"text": "Stay in a bed"}],
        "subject": reference("Patient", row.patient_id),
        "period": period(row.from_at, row.until_at),
        "location": [_location(row)],
    })  # fmt: skip


def sent_identifier(kept: str) -> dict[str, str]:
    """Return the sender's own identifier as it is told."""
    system, _, value = kept.rpartition("|")
    return {"value": value} | ({"system": system} if system else {})


def _location(stay: Placement) -> Resource:
    bed = stay.bed
    return {
        "location": {
            "identifier": {"system": bed_system(bed), "value": address_of(bed)},
            "display": bed_name(bed),
        },
        "status": "active" if stay.until_at is None else "completed",
        "period": period(stay.from_at, stay.until_at),
    }


def _patients(reader: Reader) -> QuerySet[Patient]:
    return reader.patients.select_related("site")


def cycles(reader: Reader) -> QuerySet[Cycle]:
    """The cycles in reach."""
    rows = Cycle.objects.filter(course__patient__in=reader.patients)
    return rows.select_related("course__patient", "course__site", "course__regimen")


def _stay_rows(reader: Reader) -> QuerySet[Placement]:
    rows = Placement.objects.filter(patient__in=reader.patients)
    return rows.select_related("bed__ward__site").prefetch_related("sent_as")


def sent_as(value: str) -> Q:
    """Match by the sender's own identifier, as ``system|value`` or the value alone without a system."""
    return Q(sent_as__identifier=kept_id(value if "|" in value else f"|{value}"))


def tagged(tag: str, value: str) -> int | None:
    """Return the key in an id that begins with ``tag``; None for any other id."""
    return params.whole(value.removeprefix(tag)) if value.startswith(tag) else None


def _cycle_named(value: str) -> Q:
    system, _, own = value.rpartition("|")
    course, _, number = own.partition("/")
    found = params.whole(course), params.whole(number)
    if system not in {"", CYCLES} or None in found:
        return params.NOTHING
    return Q(course=found[0], number=found[1])


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
    acts="crs",
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
    about=(
        "One admission block is one cycle of a course, which a physician starts here. A stay in a bed (stay-…) is told "
        "besides, and is what a created Encounter becomes."
    ),
    sources=(
        RowSource(
            cycles,
            encounter,
            {
                "_id": lambda value: Q(pk=found) if (found := params.whole(value)) else params.NOTHING,
                "patient": params.reference("patient", "Patient", "course__patient", params.uuid),
                "identifier": _cycle_named,
                "status": params.code("status", {told: Q(status=ours) for ours, told in ENCOUNTER_STATUS.items()}),
                "date": params.moments("date", "starts_at"),
            },
            params.whole,
        ),
        RowSource(
            _stay_rows,
            stay,
            {
                "_id": lambda value: Q(pk=found) if (found := tagged(STAY, value)) else params.NOTHING,
                "patient": params.reference("patient", "Patient", "patient", params.uuid),
                "identifier": sent_as,
                "status": params.code(
                    "status", {"in-progress": Q(until_at=None), "finished": Q(until_at__isnull=False)}
                ),
                "date": params.moments("date", "from_at"),
            },
            params.whole,
            STAY,
        ),
    ),
    acts="crs",
    params=(
        Param("_id", "token", "the id"),
        BY_PATIENT,
        Param("identifier", "token", "the sender's identifier of a stay; course and cycle of a cycle"),
        Param("status", "token", "planned, in-progress or finished"),
        Param("date", "date", "when the first dose was due; of a stay when it began"),
    ),
)
