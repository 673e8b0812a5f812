"""How is one Observation put right over FHIR? As the next version of the one that was seen, never over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from il2ward.http.problems import Problem
from monitoring.interop.fhir import elements
from monitoring.interop.fhir.observation_in import ROOT, ObservationReader
from monitoring.interop.fhir.observation_out import resource
from monitoring.interop.fhir.outcomes import refuse
from monitoring.interop.fhir.params import uuid
from monitoring.interop.fhir.served import Reader, Resource
from monitoring.models import Observation
from monitoring.selectors import chains
from monitoring.services import corrections
from monitoring.services.observations import NewObservation

_ETAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"')


def version_seen(if_match: str | None) -> int:
    """Return the version that If-Match names; raises the problem 428 without one, 412 when it names none of ours."""
    if if_match is None:
        raise Problem(428, "if-match-missing", 'Say which version you saw: If-Match: W/"1".')
    match = _ETAG.fullmatch(if_match.strip())
    if match is None:
        raise Problem(412, "version-changed", "If-Match names no version of this Observation. Read it again.")
    return int(match[1])


def update(name: str, tree: Any, seen: int, *, reader: Reader) -> Resource:
    """Store ``tree`` as the next version of the Observation ``name`` and return it.

    Raises the problem 404 (not in reach, or a grade, which is worked out), 412 (another version stands by now), and
    BadResource for a resource that cannot be stored.
    """
    first = _first(name, reader)
    node = elements.mapping(tree, ROOT)
    if node.get("id") not in (None, str(first.pk)):
        raise refuse(f"{ROOT}.id", "The id of the address belongs here.", "value")
    fact = _only_fact(node, first, reader)
    try:
        stored = corrections.correct(
            first=first, seen=seen, item=replace(fact, reason=_reason(node, reader)), actor=reader.actor, at=reader.at
        )
    except corrections.AnotherVersionStands as error:
        raise Problem(412, "version-changed", f"Version {error.version} stands by now. Read it again.") from error
    return resource(stored)


def _first(name: str, reader: Reader) -> Observation:
    key: UUID | None = uuid(name)
    row = None if key is None else Observation.objects.filter(pk=key, patient__in=reader.patients).first()
    if row is None:
        raise Problem(404, "not-found", "There is no such Observation for you.")
    return Observation.objects.select_related("patient").get(pk=chains.name_of(row).id)


def _only_fact(node: Mapping[str, Any], first: Observation, reader: Reader) -> NewObservation:
    read = ObservationReader(reader.actor, reader.at).read(node)
    if read.patient.pk != first.patient_id:
        raise refuse(f"{ROOT}.subject", "The Observation is about another patient.", "conflict")
    if len(read.facts) != 1:
        raise refuse(f"{ROOT}.component", "Each component has an Observation of its own here; put that right.", "value")
    fact = read.facts[0]
    # The version is counted here; the sender's own identifier stays with the version that carried it.
    return replace(fact, external_id="", version="")


def _reason(node: Mapping[str, Any], reader: Reader) -> str:
    """Why it was wrong, from the last note; a person must say it."""
    notes = [elements.text_of(one, "text", path) for path, one in elements.members(node, "note", ROOT)]
    said = next((text for text in reversed(notes) if text.strip() and not text.startswith("Not gradable: ")), "")
    if reader.actor.user is not None and not said:
        raise refuse(f"{ROOT}.note", "Say in a note why the earlier value was wrong.", "required")
    return said.removeprefix("Corrected: ")
