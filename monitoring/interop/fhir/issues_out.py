"""How does a hold or stop of the gate read as a DetectedIssue: why, on which evidence, and who answered it how?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from dosing.models import Assessment, Decision
from dosing.selectors.holds import HOLDING
from dosing.services.reasons import in_words
from monitoring.interop.fhir import params
from monitoring.interop.fhir.elements_out import OWN, concept, instant, narrative_free, person, reference
from monitoring.interop.fhir.orders_out import BY_ID
from monitoring.interop.fhir.patients_out import BY_PATIENT
from monitoring.interop.fhir.served import Param, Reader, Resource, RowSource, Served
from monitoring.selectors import told_names

WORDS = {"HOLD": "Hold", "STOP_CYCLE": "Stop the cycle", "STOP_PERMANENT": "Stop for good"}
ANSWERS = ("give", "release", "override", "refute", "reinstate")


def issue(row: Assessment) -> Resource:
    """Return the DetectedIssue of one stored assessment; every criterion met is one piece of evidence."""
    course = row.course
    return narrative_free({
        "resourceType": "DetectedIssue",
        "id": str(row.pk),
        "meta": {"lastUpdated": instant(row.at)},
        "identifier": [{"system": f"{OWN}assessment", "value": row.inputs_hash}],
        "status": "final",
        "code": concept(f"{OWN}verdict", row.verdict, WORDS[row.verdict]),
        "severity": "high",
        "patient": reference("Patient", course.patient_id),
        "identifiedDateTime": instant(row.at),
        "implicated": [reference("MedicationRequest", row.dose.cycle_id)],
        "evidence": [_evidence(result, row.snapshot) for result in row.outcome["results"] if result["state"] == "met"],
        "detail": _detail(row),
        "reference": f"{OWN}protocol:{row.protocol_sha256}",
        "mitigation": [_mitigation(one) for one in row.decisions.all()],
    })  # fmt: skip


def _detail(row: Assessment) -> str:
    missing = [gap["label"] for gap in row.outcome["missing"]]
    why = "; ".join(row.outcome["why"]) or WORDS[row.verdict]
    return f"Dose {row.dose.number}: {why}" + (f". Missing as well: {', '.join(missing)}" if missing else "")


def _evidence(result: Mapping[str, Any], snapshot: Mapping[str, Any]) -> dict[str, Any]:
    said = " ".join(one for one in (result["label"], result["value"]) if one)
    limit = f" (limit: {result['limit']})" if result["limit"] else ""
    details = [{"reference": told_names.version(one)} for one in told_names.seen(result, snapshot)]
    code = concept(f"{OWN}criterion", result["id"]) | {"text": f"{said}{limit}"}
    return narrative_free({"code": [code], "detail": details})


def _mitigation(decision: Decision) -> dict[str, Any]:
    said = ": ".join(one for one in (in_words(decision.reason_code), decision.reason_text) if one)
    words = str(decision.get_kind_display()) + (f" ({said})" if said else "")
    action = concept(f"{OWN}decision", decision.kind) | {"text": words}
    return {"action": action, "date": instant(decision.at), "author": person(decision.by)}


def issues(reader: Reader) -> QuerySet[Assessment]:
    """The holds and stops in reach."""
    answers = Decision.objects.filter(kind__in=ANSWERS).select_related("by").order_by("id")
    rows = Assessment.objects.filter(course__patient__in=reader.patients, verdict__in=HOLDING)
    return rows.select_related("course", "dose").prefetch_related(Prefetch("decisions", answers))


DETECTED_ISSUE = Served(
    type="DetectedIssue",
    about="One hold or stop, with the criteria that were met, their observations and the physician's answer.",
    sources=(
        RowSource(
            issues,
            issue,
            {
                "_id": lambda value: Q(pk=found) if (found := params.whole(value)) else params.NOTHING,
                "patient": params.reference("patient", "Patient", "course__patient", params.uuid),
                "implicated": params.reference("implicated", "MedicationRequest", "dose__cycle", params.whole),
                "code": params.code("code", {one: Q(verdict=one) for one in HOLDING}, f"{OWN}verdict"),
                "identified": params.moments("identified", "at"),
                "_lastUpdated": params.moments("_lastUpdated", "at"),
            },
            params.whole,
        ),
    ),
    params=(
        BY_ID, BY_PATIENT,
        Param("implicated", "reference", "the order of the cycle"),
        Param("code", "token", "HOLD, STOP_CYCLE or STOP_PERMANENT"),
        Param("identified", "date", "when it was found"),
        Param("_lastUpdated", "date", "when it was found"),
    ),
)  # fmt: skip
