"""How does a course read as the order that a physician made: a MedicationRequest for the whole of it?"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from dosing.models import Course
from dosing.selectors import pinned
from monitoring.interop.fhir import params
from monitoring.interop.fhir.elements_out import OWN, concept, instant, narrative_free, person, reference
from monitoring.interop.fhir.params import NOTHING
from monitoring.interop.fhir.patients_out import sent_as, sent_identifier, tagged
from monitoring.interop.fhir.served import Reader, Resource, RowSource

ATC = "http://www.whocc.no/atc"
ALDESLEUKIN = "L03AC01"
COURSE = "course-"
EVERY = Q(pk__isnull=False)
STATUS = {
    "draft": NOTHING,
    "active": ~Q(status="ended"),
    "completed": Q(status="ended", end_reason="completed"),
    "stopped": Q(status="ended") & ~Q(end_reason="completed"),
}


def plan(row: Course) -> Resource:
    """Return the ordered course as a whole; what its cycles order names it in ``basedOn``."""
    regimen = pinned.regimen(row.regimen).value
    return narrative_free({
        "resourceType": "MedicationRequest",
        "id": f"{COURSE}{row.pk}",
        "identifier": [sent_identifier(one.identifier) for one in row.sent_as.all()],
        "groupIdentifier": {"system": f"{OWN}course", "value": str(row.pk)},
        "status": ended(row.end_reason) if row.status == "ended" else "active",
        "intent": "plan",
        "medicationCodeableConcept": medication(),
        "subject": reference("Patient", row.patient_id),
        "authoredOn": instant(row.opened_at),
        "requester": person(row.opened_by),
        "instantiatesUri": [f"{OWN}{kind}:{name}" for kind, name in _rules(row).items()],
        "dosageInstruction": [{"text": regimen.title}],
    })  # fmt: skip


def _rules(row: Course) -> dict[str, str]:
    """The names by which the same rules can be ordered again."""
    return {
        "regimen": row.regimen.key,
        "protocol": row.protocol.key,
        "ctcae": row.ctcae.key.removeprefix("ctcae-"),
        "overlay": row.overlay.key if row.overlay else "none",
    }


def ended(reason: str) -> str:
    """Return FHIR's word for a course or cycle that ended for that reason."""
    return "completed" if reason == "completed" else "stopped"


def medication() -> dict[str, Any]:
    """Return the drug."""
    return concept(ATC, ALDESLEUKIN, "aldesleukin")


def _plans(reader: Reader) -> QuerySet[Course]:
    rows = Course.objects.filter(patient__in=reader.patients)
    return rows.select_related("opened_by", "regimen", "protocol", "overlay", "ctcae").prefetch_related("sent_as")


PLANS = RowSource(
    _plans,
    plan,
    {
        "_id": lambda value: Q(pk=found) if (found := tagged(COURSE, value)) else NOTHING,
        "patient": params.reference("patient", "Patient", "patient", params.uuid),
        "encounter": params.reference("encounter", "Encounter", "cycles", params.whole),
        "identifier": sent_as,
        "intent": params.code("intent", {"plan": EVERY}),
        "status": params.code("status", STATUS),
    },
    params.whole,
    COURSE,
)
