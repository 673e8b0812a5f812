"""How does a stored observation read as a FHIR R4 Observation?"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from monitoring.domain.observable import Category
from monitoring.interop.fhir.elements import UCUM
from monitoring.interop.fhir.elements_out import HL7, OWN, concept
from monitoring.models import Observation
from monitoring.selectors import chains, codes
from monitoring.selectors.raw import released_observables

CATEGORY_SYSTEM = f"{HL7}observation-category"
CATEGORY = {Category.VITAL: "vital-signs", Category.LABORATORY: "laboratory"}
_PLAIN = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?")


def resource(row: Observation) -> dict[str, Any]:
    """Return the resource; a number keeps the digits it came with, and text that is no number stays text.

    A correction is the next version of the resource that it corrects: its id stays that of the first.
    """
    name = chains.name_of(row)
    told: dict[str, Any] = {
        "resourceType": "Observation",
        "id": str(name.id),
        "meta": {"versionId": str(name.version), "lastUpdated": row.recorded_at.isoformat()},
        "status": row.status,
        **_category(row),
        "code": _code(row),
        "subject": {"reference": f"Patient/{row.patient_id}"},
        "issued": row.recorded_at.isoformat(),
        **_identifier(row),
        **_effective(row),
        **_value(row),
        **_range(row),
    }
    notes = [f"Not gradable: {row.not_gradable}"] if row.not_gradable else []
    notes += [f"Corrected: {row.reason}"] if row.reason else []
    if notes:
        told["note"] = [{"text": text} for text in notes]
    return told


def address(row: Observation) -> str:
    """Return where the resource is read."""
    return f"/fhir/Observation/{chains.name_of(row).id}"


def _category(row: Observation) -> dict[str, Any]:
    """FHIR's two categories of what is measured; what is neither of them names none."""
    known = released_observables().get(row.observable)
    code = CATEGORY.get(known.category) if known is not None else None
    return {} if code is None else {"category": [concept(CATEGORY_SYSTEM, code)]}


def _code(row: Observation) -> dict[str, Any]:
    """The code as it was sent; what was charted by our own name has that name, and LOINC's code where it has one."""
    known = released_observables().get(row.observable)
    if row.sent_code and row.sent_system != codes.OWN:
        coding = {"code": row.sent_code} | ({"system": row.sent_system} if row.sent_system else {})
        return {"coding": [coding], "text": known.name if known is not None else row.sent_code}
    name = row.observable or row.sent_code or "not named"
    coded = [{"system": codes.LOINC, "code": code} for code in (known.loinc[:1] if known is not None else ())]
    own = {"system": f"{OWN}observable", "code": name}
    return {"coding": [*coded, own], "text": known.name if known is not None else name}


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
