"""How does a stored observation read as a FHIR R4 Observation?"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from monitoring.interop.fhir.elements import UCUM
from monitoring.models import Observation
from monitoring.selectors import codes

_PLAIN = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?")


def resource(row: Observation) -> dict[str, Any]:
    """Return the resource; a number keeps the digits it came with, and text that is no number stays text."""
    told: dict[str, Any] = {
        "resourceType": "Observation",
        "id": str(row.pk),
        "meta": {"versionId": "1", "lastUpdated": row.recorded_at.isoformat()},
        "status": row.status,
        "code": _code(row),
        "subject": {"reference": f"Patient/{row.patient_id}"},
        "issued": row.recorded_at.isoformat(),
        **_identifier(row),
        **_effective(row),
        **_value(row),
        **_range(row),
    }
    if row.not_gradable:
        told["note"] = [{"text": f"Not gradable: {row.not_gradable}"}]
    return told


def address(row: Observation) -> str:
    """Return where the resource is read."""
    return f"/fhir/Observation/{row.pk}"


def _code(row: Observation) -> dict[str, Any]:
    if row.sent_system == codes.OWN:
        return {"text": row.sent_code}
    coding = {"code": row.sent_code} | ({"system": row.sent_system} if row.sent_system else {})
    return {"coding": [coding], "text": row.observable or row.sent_code}


def _identifier(row: Observation) -> dict[str, Any]:
    sent = getattr(row, "sender_version", None)
    if sent is None:
        return {}
    system, _, value = sent.external_id.rpartition("|")
    return {"identifier": [{"value": value} | ({"system": system} if system else {})]}


def _effective(row: Observation) -> dict[str, Any]:
    end = row.observed_at.isoformat()
    if row.interval_start is None:
        return {"effectiveDateTime": end}
    return {"effectivePeriod": {"start": row.interval_start.isoformat(), "end": end}}


def _value(row: Observation) -> dict[str, Any]:
    if row.code:
        return {"valueCodeableConcept": {"coding": [{"code": row.code}]}}
    if not row.value:
        return {"dataAbsentReason": {"text": row.not_gradable or "no value"}}
    if not _PLAIN.fullmatch(row.value):
        return {"valueString": row.value}
    quantity: dict[str, Any] = {"value": Decimal(row.value)}
    if row.unit:
        quantity |= {"unit": row.unit, "system": UCUM, "code": row.unit}
    if row.comparator:
        quantity["comparator"] = row.comparator
    return {"valueQuantity": quantity}


def _range(row: Observation) -> dict[str, Any]:
    ends = {name: text for name, text in (("low", row.range_low), ("high", row.range_high)) if _PLAIN.fullmatch(text)}
    if not ends:
        return {}
    return {"referenceRange": [{name: {"value": Decimal(text), "unit": row.unit} for name, text in ends.items()}]}
