"""What does a Bundle ask for, and how is each entry answered?"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from monitoring.interop.fhir.access import CREATED
from monitoring.interop.fhir.creating import Created, Wanted
from monitoring.interop.fhir.elements import mapping, members
from monitoring.interop.fhir.observation_out import address
from monitoring.interop.fhir.outcomes import Issue, operation_outcome, refuse

MOST_ENTRIES = 1000
KINDS = ("batch", "transaction")


def wanted_of(tree: Any) -> tuple[str, list[Wanted]]:
    """Return the Bundle's type and what each entry wants created; raises BadResource for anything else."""
    bundle = mapping(tree, "Bundle")
    if bundle.get("resourceType") != "Bundle":
        raise refuse("resourceType", "A Bundle belongs here.", "not-supported")
    kind = bundle.get("type")
    if kind not in KINDS:
        raise refuse("Bundle.type", "batch or transaction belongs here.", "not-supported")
    entries = list(members(bundle, "entry", "Bundle"))
    if not 1 <= len(entries) <= MOST_ENTRIES:
        raise refuse("Bundle.entry", f"From 1 to {MOST_ENTRIES} entries are taken.", "too-costly")
    return str(kind), [_wanted(path, entry) for path, entry in entries]


def reply_of(kind: str, created: list[Created]) -> dict[str, Any]:
    """Return the answering Bundle: one response per entry, in order."""
    return {
        "resourceType": "Bundle",
        "type": f"{kind}-response",
        "entry": [{"response": response_of(one)} for one in created],
    }


def response_of(one: Created) -> dict[str, Any]:
    """Return what became of one entry; a panel's outcome lists every observation it is stored as."""
    told: dict[str, Any] = {"status": f"{one.status} {HTTPStatus(one.status).phrase}"}
    if one.refused:
        return told | {"outcome": operation_outcome(one.issues)}
    if one.told:
        return told | {"location": f"/fhir/{one.told['resourceType']}/{one.told['id']}"}
    told["location"] = address(one.rows[0])
    if len(one.rows) > 1 or one.notes:
        told["outcome"] = operation_outcome(notes_of(one), severity="information")
    return told


def notes_of(one: Created) -> list[Issue]:
    """Return what the sender should know of something stored: where each part lies, and what cannot be graded."""
    stored = [Issue(f"stored as {address(row)}", "", "informational") for row in one.rows]
    return stored + [Issue(f"not gradable: {note}", "", "informational") for note in one.notes]


def _wanted(path: str, entry: Any) -> Wanted:
    request = mapping(entry.get("request", {}), f"{path}.request")
    kind = request.get("url")
    if request.get("method") != "POST" or kind not in CREATED:
        return Wanted({"resourceType": f"{request.get('method', 'nothing')} {request.get('url', '')}"})
    condition, name = request.get("ifNoneExist", ""), entry.get("fullUrl", "")
    return Wanted(
        entry.get("resource"),
        condition if isinstance(condition, str) else "?",
        str(kind),
        name if isinstance(name, str) else "",
    )
