"""How does a dossier read as a table: one line for each resource?"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any, TextIO

from il2ward_client.shapes import Resource

COLUMNS = ("type", "id", "status", "at", "what", "value", "unit", "note")
TIMES = (
    "effectiveDateTime",
    "effectivePeriod",
    "identifiedDateTime",
    "sent",
    "recorded",
    "date",
    "period",
    "authoredOn",
)
# A spreadsheet would run what begins like a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def write(dossier: Resource, to: TextIO) -> int:
    """Write the dossier's resources to ``to`` as CSV and return how many there are."""
    rows = list(lines(dossier))
    table = csv.DictWriter(to, COLUMNS)
    table.writeheader()
    table.writerows({name: _harmless(text) for name, text in row.items()} for row in rows)
    return len(rows)


def lines(dossier: Resource) -> Iterable[dict[str, str]]:
    """Yield one line for each resource, in the dossier's order."""
    for entry in dossier.get("entry", []):
        one = entry["resource"]
        value, unit = _value(one)
        yield {
            "type": one["resourceType"], "id": one["id"], "status": str(one.get("status", "")), "at": _at(one),
            "what": _what(one), "value": value, "unit": unit,
            "note": "; ".join(note.get("text", "") for note in one.get("note", []) if isinstance(note, dict)),
        }  # fmt: skip


def _at(one: Resource) -> str:
    for name in TIMES:
        found = one.get(name)
        if isinstance(found, str):
            return found
        if isinstance(found, dict) and "start" in found:
            return str(found["start"])
    return ""


def _what(one: Resource) -> str:
    for name in ("code", "event", "medicationCodeableConcept", "topic"):
        if isinstance(one.get(name), dict):
            return str(one[name].get("text", ""))
    return str(one.get("detail", ""))


def _value(one: Resource) -> tuple[str, str]:
    quantity: Any = one.get("valueQuantity") or one.get("dosage", {}).get("dose")
    if isinstance(quantity, dict):
        return f"{quantity.get('comparator', '')}{quantity.get('value', '')}", str(quantity.get("unit", ""))
    for name in ("valueInteger", "valueString"):
        if name in one:
            return str(one[name]), ""
    coding = one.get("valueCodeableConcept", {}).get("coding", [{}])
    return str(coding[0].get("code", "")), ""


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULAS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdigit()
