"""How are the small parts that every outgoing resource shares written: a reference, a code, an instant, a person?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from il2ward.staff.models import User

OWN = "urn:il2ward:"
HL7 = "http://terminology.hl7.org/CodeSystem/"


def reference(kind: str, name: object, display: str = "") -> dict[str, str]:
    """Return a reference to a resource of this service."""
    return {"reference": f"{kind}/{name}"} | ({"display": display} if display else {})


def person(user: User) -> dict[str, str]:
    """Return who it was; staff have no resource of their own here."""
    return {"display": str(user)}


def concept(system: str, code: str, text: str = "") -> dict[str, Any]:
    """Return a code with its words."""
    coding = {"system": system, "code": code} | ({"display": text} if text else {})
    return {"coding": [coding]} | ({"text": text} if text else {})


def instant(moment: datetime) -> str:
    """Return the instant with its offset."""
    return moment.isoformat()


def period(start: datetime | None, end: datetime | None) -> dict[str, str]:
    """Return a period; an end that is not known is left out."""
    ends = (("start", start), ("end", end))
    return {name: instant(moment) for name, moment in ends if moment is not None}


def narrative_free(resource: dict[str, Any]) -> dict[str, Any]:
    """Return the resource without elements that say nothing: FHIR has no empty element."""
    return {name: value for name, value in resource.items() if value not in (None, "", [], {})}
