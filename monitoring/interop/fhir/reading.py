"""GET of FHIR R4: one resource, one version of it, a search, and the dossier of a course."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.utils import format_datetime
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.http.credentials import actor_of
from il2ward.http.problems import Problem
from monitoring.interop.fhir import access, dossier, outcomes, provenance_out, searching
from monitoring.interop.fhir.endpoint import FhirEndpoint
from monitoring.interop.fhir.observation_out import resource
from monitoring.interop.fhir.params import uuid, whole
from monitoring.interop.fhir.patients_out import ENCOUNTER
from monitoring.interop.fhir.served import Reader, Resource, Served
from monitoring.models import Observation
from monitoring.selectors import chains


class Search(FhirEndpoint):
    """All resources of one type in reach, page by page."""

    permission_classes = [access.MayUse]
    served: Served = ENCOUNTER
    acts: ClassVar[dict[str, str]] = {"GET": "s"}

    def get(self, request: Request) -> HttpResponse:
        """Return one page; with ``Prefer: handling=strict`` an unknown parameter is refused."""
        strict = "handling=strict" in request.headers.get("Prefer", "").replace(" ", "").split(",")
        asked = searching.understood(self.served, request.META.get("QUERY_STRING", ""), strict=strict)
        reader = Reader(actor_of(request), clock.now())
        bundle, found = searching.answer(self.served, asked, reader, request.build_absolute_uri(request.path))
        if asked.revinclude:
            bundle["entry"] += [
                {"fullUrl": request.build_absolute_uri(f"/fhir/Provenance/{one['id']}"), "resource": one,
                 "search": {"mode": "include"}}
                for one in provenance_out.of_found(found, reader)
            ]  # fmt: skip
        access.note(found, f"fhir {self.served.type}", actor=reader.actor, at=reader.at)
        return outcomes.reply(bundle, 200)


class Read(FhirEndpoint):
    """One resource in reach; one elsewhere and one that never was look the same."""

    permission_classes = [access.MayUse]
    served: Served = ENCOUNTER
    acts: ClassVar[dict[str, str]] = {"GET": "r"}

    def get(self, request: Request, name: str) -> HttpResponse:
        """Return the resource with its ETag."""
        reader = Reader(actor_of(request), clock.now())
        found = self.served.find(reader, name)
        if found is None:
            raise nothing(self.served.type)
        access.note([found], f"fhir {self.served.type}", actor=reader.actor, at=reader.at)
        return told(found)


class Version(Read):
    """One version of an Observation, as it was recorded."""

    def get(self, request: Request, name: str, version: str = "") -> HttpResponse:
        """Return that version."""
        reader = Reader(actor_of(request), clock.now())
        number, row = whole(version), _observation(reader, name)
        versions = [] if row is None else chains.versions_of(row)
        if number is None or number > len(versions):
            raise nothing(self.served.type)
        found = resource(versions[number - 1])
        access.note([found], "fhir Observation", actor=reader.actor, at=reader.at)
        return told(found)


class History(Version):
    """Every version of an Observation, the newest first."""

    def get(self, request: Request, name: str, version: str = "") -> HttpResponse:  # noqa: ARG002
        """Return them in a Bundle of type history."""
        reader = Reader(actor_of(request), clock.now())
        row = _observation(reader, name)
        if row is None:
            raise nothing(self.served.type)
        versions = [resource(one) for one in chains.versions_of(row)]
        access.note(versions[:1], "fhir Observation", actor=reader.actor, at=reader.at)
        url = request.build_absolute_uri(f"/fhir/Observation/{name}")
        entries = [_past(one, url) for one in reversed(versions)]
        return outcomes.reply(
            {"resourceType": "Bundle", "type": "history", "total": len(entries), "entry": entries}, 200
        )


def _past(version: Resource, url: str) -> dict[str, Any]:
    first = version["meta"]["versionId"] == "1"
    request = (
        {"method": "POST", "url": "Observation"} if first else {"method": "PUT", "url": f"Observation/{version['id']}"}
    )
    headers = headers_of(version)
    response = {
        "status": "201" if first else "200",
        "etag": headers["ETag"],
        "lastModified": version["meta"]["lastUpdated"],
    }
    return {"fullUrl": url, "resource": version, "request": request, "response": response}


class CourseDossier(FhirEndpoint):
    """Everything that is told of the course to which an admission belongs, in one collection."""

    permission_classes = [access.MayUse]
    served: Served = ENCOUNTER
    acts: ClassVar[dict[str, str]] = {"GET": "r"}

    def get(self, request: Request, name: str) -> HttpResponse:
        """Return the collection."""
        reader = Reader(actor_of(request), clock.now())
        collected = dossier.of_encounter(reader, whole(name), request.build_absolute_uri("/fhir"))
        if collected is None:
            raise nothing("Encounter")
        people = [entry["resource"] for entry in collected["entry"][:1]]
        access.note(people, "fhir $course", actor=reader.actor, at=reader.at)
        return outcomes.reply(collected, 200)


def nothing(kind: str) -> Problem:
    """Return the one answer for what is not there and for what is out of reach."""
    return Problem(404, "not-found", f"There is no such {kind} for you.")


def told(found: Resource) -> HttpResponse:
    """Return the resource with the ETag that an update must name, and when it last changed."""
    return outcomes.reply(found, 200, **headers_of(found))


def headers_of(found: Resource) -> dict[str, str]:
    """Return ETag and Last-Modified: the version where there are versions, else a digest of the content."""
    meta: dict[str, Any] = found.get("meta", {})
    digest = hashlib.sha256(outcomes.ENCODER.encode(found)).hexdigest()[:16]
    headers = {"ETag": f'W/"{meta.get("versionId", digest)}"'}
    if "lastUpdated" in meta:
        headers["Last-Modified"] = format_datetime(datetime.fromisoformat(meta["lastUpdated"]), usegmt=True)
    return headers


def _observation(reader: Reader, name: str) -> Observation | None:
    """The first version of the observation that ``name`` is the id of."""
    key = uuid(name)
    return (
        None if key is None else Observation.objects.filter(pk=key, replaces=None, patient__in=reader.patients).first()
    )
