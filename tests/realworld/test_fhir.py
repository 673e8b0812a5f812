"""Is every recorded FHIR file answered for, and does sending it again change nothing?"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from dosing.models import Patient, Placement
from dosing.services import patients
from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Bed, Site, Ward
from monitoring.interop.fhir.access import CREATED
from monitoring.models import Observation
from tests.monitoring.api.bedside_client import device_key

pytestmark = [pytest.mark.realworld, pytest.mark.timeout(300)]
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
INTEROP = Path(__file__).parents[2] / "docs" / "interop.md"
# Who is known beforehand by the hospital's own number, because their file names none that is a record number.
KNOWN = {"Patient/f001": ("F001", "van de Heuvel", "Pieter", date(1944, 11, 17)),
         "Patient/pat1": ("PAT1", "Donald", "Duck", date(1960, 1, 1))}  # fmt: skip


@pytest.fixture
def key(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of a system that may create whatever can be created, at a hospital with one ward of one bed."""
    monkeypatch.setattr("il2ward.clock.now", lambda: NOW)
    site = Site.objects.create(code="recorded", name="Recorded", time_zone="Europe/London")
    Bed.objects.create(ward=Ward.objects.create(site=site, code="ward", name="Ward"), label="1")
    for mrn, family, given, born in KNOWN.values():
        patients.register(site=site, mrn=mrn, family_name=family, given_name=given, birth_date=born,
                          gender="unknown", actor=SYSTEM, at=NOW)  # fmt: skip
    return device_key(site, name="hospital", scopes=tuple(f"system/{kind}.crs" for kind in CREATED), laboratory=True)


def send(path: Path, key: str, names: dict[str, str]) -> HttpResponse:
    """POST a file under its own name, with the people in it called as they are called here."""
    text = path.read_text("utf-8-sig")
    for theirs, ours in names.items():
        text = text.replace(f'"{theirs}"', f'"{ours}"')
    kind = json.loads(text)["resourceType"]
    headers = {"Authorization": f"Api-Key {key}", "If-None-Exist": f"identifier=urn:file|{path.stem}"}
    if kind != "Observation":
        del headers["If-None-Exist"]
    url = "/fhir" if kind == "Bundle" else f"/fhir/{kind}"
    return Client().post(url, text, content_type="application/fhir+json", headers=headers)


def why(told: dict[str, Any]) -> str:
    """The first thing that was said against it, or that cannot be graded."""
    if told["resourceType"] == "OperationOutcome":
        issue = told["issue"][0]
        return f"{' '.join(issue.get('expression', []))} {issue['diagnostics']}".strip()
    notes = [note["text"] for one in [told, *(entry["resource"] for entry in told.get("entry", []))]
             for note in one.get("note", []) if note["text"].startswith("Not gradable")]  # fmt: skip
    return "; ".join(dict.fromkeys(notes))


def line(name: str, response: HttpResponse, stored: Counter[str]) -> str:
    """The file's line of the table."""
    word = {200: "here already", 201: "accepted"}.get(response.status_code, f"refused ({response.status_code})")
    text = why(json.loads(response.content)).replace("|", "\\|").replace("\n", " ")
    return f"| `{name}` | {word} | {stored['stored']} | {stored['not gradable']} | {text[:160]} |"


def counted() -> Counter[str]:
    """How many observations there are: usable ones and others."""
    rows = Observation.objects.values_list("not_gradable", flat=True)
    return Counter("not gradable" if not_gradable else "stored" for not_gradable in rows)


def test_every_recorded_resource_is_answered_for_and_again_changes_nothing(key: str, realworld: Path) -> None:
    folder = realworld / "fhir"
    files = sorted(folder.rglob("*.json"), key=lambda path: (not path.name.startswith("Patient-"), path.as_posix()))
    names = {theirs: f"Patient/{Patient.objects.get(mrn=known[0]).pk}" for theirs, known in KNOWN.items()}
    lines = []
    for path in files:
        before = counted()
        response = send(path, key, names)
        lines.append(line(path.relative_to(folder).as_posix(), response, counted() - before))
        if path.stem == "Patient-example" and response.status_code == 201:
            names["Patient/example"] = f"Patient/{json.loads(response.content)['id']}"
    once = (Observation.objects.count(), Patient.objects.count(), Placement.objects.count())

    again = [send(path, key, names).status_code for path in files]

    assert len(files) == 81
    assert max(again) < 500
    assert (Observation.objects.count(), Patient.objects.count(), Placement.objects.count()) == once
    assert set(Observation.objects.values_list("patient__mrn", flat=True)) <= {"12345", "F001"}
    whole = INTEROP.read_text(encoding="utf-8")
    missing = [one for one in lines if one not in whole]
    assert missing == [], "\n" + "\n".join(missing)
