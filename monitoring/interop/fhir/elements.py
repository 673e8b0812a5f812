"""What does one element of a FHIR resource say: a code, a quantity, a time, a reference range?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from il2ward.http.shapes import WrongShape, instant
from monitoring.interop.fhir.outcomes import refuse
from monitoring.selectors import codes

COMPARATORS = ("<", "<=", ">", ">=")
UCUM = "http://unitsofmeasure.org"
# FHIR's status words; what has no final result yet, or an unknown one, can only ever worsen a verdict.
STATUS = {
    "registered": "preliminary",
    "unknown": "preliminary",
    "preliminary": "preliminary",
    "final": "final",
    "amended": "amended",
    "corrected": "corrected",
    "cancelled": "cancelled",
    "entered-in-error": "entered-in-error",
}
LONGEST_ID = 110


@dataclass(frozen=True, slots=True)
class Coded:
    """What a CodeableConcept names: our observable ("" unknown) and the code as it was sent."""

    observable: str
    code: str
    system: str


@dataclass(frozen=True, slots=True)
class Value:
    """What was found: a number as text with its unit, or a code, or why there is neither."""

    value: str = ""
    unit: str = ""
    comparator: str = ""
    code: str = ""
    unusable: str = ""


def mapping(node: Any, where: str) -> Mapping[str, Any]:
    """Return ``node`` as an object; refuse anything else."""
    if not isinstance(node, dict):
        raise refuse(where, "An object belongs here.", "structure")
    return node


def members(parent: Mapping[str, Any], name: str, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each object of a repeating element with its path; none when the element is absent."""
    found = parent.get(name, [])
    if not isinstance(found, list):
        raise refuse(f"{where}.{name}", "A list belongs here.", "structure")
    for index, node in enumerate(found):
        path = f"{where}.{name}[{index}]"
        yield path, mapping(node, path)


def text_of(parent: Mapping[str, Any], name: str, where: str, *, most: int = 200) -> str:
    """Return a text or number element as text, "" when absent; longer than ``most`` is refused, never cut."""
    node = parent.get(name)
    if node is None:
        return ""
    if isinstance(node, bool) or not isinstance(node, str | int):
        raise refuse(f"{where}.{name}", "A text or a number belongs here.", "structure")
    said = str(node)
    if len(said) > most:
        raise refuse(f"{where}.{name}", f"At most {most} characters are taken.", "too-long")
    return said


def coded(parent: Mapping[str, Any], where: str) -> Coded:
    """Return what ``parent.code`` names: the first coding we know, else the first one sent, else its text."""
    if "code" not in parent:
        raise refuse(f"{where}.code", "A code is required: nobody knows what was measured.", "required")
    concept = mapping(parent["code"], f"{where}.code")
    sent = [
        (text_of(coding, "system", path, most=120), text_of(coding, "code", path, most=120))
        for path, coding in members(concept, "coding", f"{where}.code")
    ]
    for system, code in sent:
        if observable := codes.observable_coded(system, code):
            return Coded(observable, code, system)
    system, code = sent[0] if sent else ("text", text_of(concept, "text", f"{where}.code")[:120])
    return Coded("", code or "none", system)


def value_of(parent: Mapping[str, Any], where: str) -> Value:
    """Return the value of an Observation or of one of its components."""
    reason = absent_reason(parent, where)
    kinds = [name for name in parent if name.startswith("value")]
    if len(kinds) > 1:
        raise refuse(where, "Only one value[x] may be given.", "structure")
    if not kinds:
        return Value(unusable=reason or "no value")
    kind = kinds[0]
    if kind == "valueQuantity":
        return quantity(mapping(parent[kind], f"{where}.{kind}"), f"{where}.{kind}")
    if kind == "valueCodeableConcept":
        return concept(mapping(parent[kind], f"{where}.{kind}"), f"{where}.{kind}")
    if kind in {"valueInteger", "valueString"}:
        return Value(value=text_of(parent, kind, where))
    return Value(unusable=f"a {kind} is not a number")


def absent_reason(parent: Mapping[str, Any], where: str) -> str:
    """Return why there is no value, in the sender's code; "" when no reason was given."""
    if "dataAbsentReason" not in parent:
        return ""
    where = f"{where}.dataAbsentReason"
    node = mapping(parent["dataAbsentReason"], where)
    sent = [text_of(coding, "code", path, most=60) for path, coding in members(node, "coding", where)]
    return f"no value: {sent[0] if sent else text_of(node, 'text', where)[:60] or 'no reason given'}"


def quantity(node: Mapping[str, Any], where: str) -> Value:
    """Return a Quantity: the number's own characters, the UCUM code where there is one, else the unit's name."""
    comparator = text_of(node, "comparator", where, most=4)
    if comparator and comparator not in COMPARATORS:
        raise refuse(f"{where}.comparator", f"One of {', '.join(COMPARATORS)} belongs here.", "value")
    return Value(value=text_of(node, "value", where), unit=unit_of(node, where), comparator=comparator)


def unit_of(node: Mapping[str, Any], where: str) -> str:
    """Return the unit of a Quantity, "" when it names none."""
    ucum = text_of(node, "system", where) in {UCUM, ""}
    code = text_of(node, "code", where, most=40) if ucum else ""
    return code or text_of(node, "unit", where, most=40)


def concept(node: Mapping[str, Any], where: str) -> Value:
    """Return a coded value: its first code, else its text."""
    sent = [text_of(coding, "code", path, most=40) for path, coding in members(node, "coding", where)]
    return Value(code=sent[0]) if sent and sent[0] else Value(value=text_of(node, "text", where))


def reference_range(parent: Mapping[str, Any], where: str, unit: str) -> tuple[str, str]:
    """Return the first range's low and high as text. A limit in another unit than the value is left out."""
    for path, node in members(parent, "referenceRange", where):
        ends = []
        for name in ("low", "high"):
            end = mapping(node[name], f"{path}.{name}") if name in node else {}
            fits = unit_of(end, f"{path}.{name}") in {"", unit}
            ends.append(text_of(end, "value", f"{path}.{name}", most=40) if fits else "")
        return ends[0], ends[1]
    return "", ""


def effective(resource: Mapping[str, Any], where: str) -> tuple[datetime | None, datetime]:
    """Return the start (None for a moment) and the end of what was observed; a bare date or no time is refused."""
    if "effectivePeriod" in resource:
        period = mapping(resource["effectivePeriod"], f"{where}.effectivePeriod")
        start = period.get("start")
        end = moment(period.get("end"), f"{where}.effectivePeriod.end")
        begun = moment(start, f"{where}.effectivePeriod.start") if start is not None else None
        if begun is not None and begun > end:
            raise refuse(f"{where}.effectivePeriod", "The period must begin before it ends.", "value")
        return (begun if begun != end else None), end
    for name in ("effectiveDateTime", "effectiveInstant"):
        if name in resource:
            return None, moment(resource[name], f"{where}.{name}")
    raise refuse(f"{where}.effectiveDateTime", "The time of the observation is required.", "required")


def moment(node: Any, where: str) -> datetime:
    """Return an aware instant; a date without time or a time without zone is refused."""
    if not isinstance(node, str):
        raise refuse(where, "A time with its zone is required, such as 2026-11-21T06:40:00Z.", "required")
    try:
        return instant(node[:64], path=where)
    except WrongShape as wrong:
        allowed = wrong.errors[0].allowed
        raise refuse(where, f"{allowed[0].upper()}{allowed[1:]}, belongs here.", "value") from wrong


def external_id(resource: Mapping[str, Any], where: str) -> str:
    """Return the sender's own name for the resource, ``system|value``; "" when it gives none."""
    for path, node in members(resource, "identifier", where):
        value = text_of(node, "value", path, most=1000)
        if value:
            return kept_id(f"{text_of(node, 'system', path, most=1000)}|{value}")
    return ""


def kept_id(name: str) -> str:
    """Return ``name``, or its hash where it is longer than what is kept."""
    return name if len(name) <= LONGEST_ID else f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def status_of(resource: Mapping[str, Any], where: str) -> str:
    """Return the result status; refuse one that FHIR R4 does not have."""
    sent = resource.get("status")
    if not isinstance(sent, str) or sent not in STATUS:
        raise refuse(
            f"{where}.status", f"One of {', '.join(STATUS)} belongs here.", "required" if sent is None else "value"
        )
    return STATUS[sent]
