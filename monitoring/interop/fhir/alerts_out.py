"""How does an alert read: as the Flag that is up on the board, and as the Communication that people answered?"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from monitoring.interop.fhir import params
from monitoring.interop.fhir.elements_out import HL7, OWN, concept, instant, narrative_free, period, person, reference
from monitoring.interop.fhir.orders_out import BY_ID
from monitoring.interop.fhir.patients_out import BY_PATIENT
from monitoring.interop.fhir.served import Param, Reader, Resource, RowSource, Served
from monitoring.models import Alert

PRIORITY = {"high": "stat", "medium": "urgent", "low": "routine"}
ANSWERED = {"completed": Q(acknowledged_at__isnull=False) | Q(cleared_at__isnull=False),
            "in-progress": Q(acknowledged_at=None, cleared_at=None)}  # fmt: skip


def flag(row: Alert) -> Resource:
    """Return what is, or was, up on the board."""
    return narrative_free({
        "resourceType": "Flag",
        "id": str(row.pk),
        "meta": {"lastUpdated": instant(row.changed_at)},
        "status": "active" if row.cleared_at is None else "inactive",
        "category": [concept(f"{HL7}flag-category", "clinical", "Clinical")],
        "code": _code(row),
        "subject": reference("Patient", row.course.patient_id),
        "period": period(row.raised_at, row.cleared_at),
        "encounter": _encounter(row),
    })  # fmt: skip


def communication(row: Alert) -> Resource:
    """Return when an alert was raised, when and by whom it was acknowledged, and with which plan."""
    about = [reference("Flag", row.pk)]
    if row.assessment_id is not None and row.verdict.startswith(("HOLD", "STOP")):
        about.append(reference("DetectedIssue", row.assessment_id))
    return narrative_free({
        "resourceType": "Communication",
        "id": str(row.pk),
        "meta": {"lastUpdated": instant(row.changed_at)},
        "status": "in-progress" if row.acknowledged_at is None and row.cleared_at is None else "completed",
        "category": [concept("http://terminology.hl7.org/CodeSystem/communication-category", "alert", "Alert")],
        "priority": PRIORITY[row.severity],
        "subject": reference("Patient", row.course.patient_id),
        "topic": _code(row),
        "about": about,
        "encounter": _encounter(row),
        "sent": instant(row.raised_at),
        "received": None if row.acknowledged_at is None else instant(row.acknowledged_at),
        "recipient": [] if row.acknowledged_by is None else [person(row.acknowledged_by)],
        "sender": {"display": "il2ward"},
        "payload": [{"contentString": row.text}],
        "note": [{"text": row.plan}] if row.plan else [],
    })  # fmt: skip


def _code(row: Alert) -> dict[str, Any]:
    return concept(f"{OWN}alert", row.rule) | {"text": row.text}


def _encounter(row: Alert) -> dict[str, str] | None:
    return None if row.dose is None else reference("Encounter", row.dose.cycle_id)


def alerts(reader: Reader) -> QuerySet[Alert]:
    """The alerts in reach."""
    rows = Alert.objects.filter(course__patient__in=reader.patients)
    return rows.select_related("course", "dose", "acknowledged_by")


CONDITIONS = {
    "_id": lambda value: Q(pk=found) if (found := params.whole(value)) else params.NOTHING,
    "patient": params.reference("patient", "Patient", "course__patient", params.uuid),
    "subject": params.reference("subject", "Patient", "course__patient", params.uuid),
    "encounter": params.reference("encounter", "Encounter", "dose__cycle", params.whole),
    "_lastUpdated": params.moments("_lastUpdated", "changed_at"),
}
SHARED = (
    BY_ID,
    BY_PATIENT,
    Param("subject", "reference", "the patient"),
    Param("encounter", "reference", "the admission"),
    Param("_lastUpdated", "date", "when it last changed"),
)
FLAG = Served(
    type="Flag",
    about="One alert as it is up on the board (active) or was (inactive).",
    sources=(
        RowSource(
            alerts,
            flag,
            CONDITIONS
            | {
                "date": params.moments("date", "raised_at"),
                "status": params.code(
                    "status", {"active": Q(cleared_at=None), "inactive": Q(cleared_at__isnull=False)}
                ),
            },
            params.whole,
        ),
    ),
    params=(*SHARED, Param("date", "date", "when it was raised"), Param("status", "token", "active or inactive")),
)
COMMUNICATION = Served(
    type="Communication",
    about="One alert as it was told and answered: raised, acknowledged by whom and with which plan.",
    sources=(
        RowSource(
            alerts,
            communication,
            CONDITIONS
            | {
                "sent": params.moments("sent", "raised_at"),
                "received": params.moments("received", "acknowledged_at"),
                "status": params.code("status", ANSWERED),
            },
            params.whole,
        ),
    ),
    params=(
        *SHARED,
        Param("sent", "date", "when it was raised"),
        Param("received", "date", "when it was acknowledged"),
        Param("status", "token", "in-progress or completed"),
    ),
)
