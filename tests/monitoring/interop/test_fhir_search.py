"""Does a search find what was asked for, page by page, and say what it did not understand?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from monitoring.models import Observation
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.api.bedside_client import told
from tests.monitoring.charting import creatinine, record, value
from tests.monitoring.interop.test_fhir_create import resource, send
from tests.monitoring.interop.test_fhir_read import asked, found


@pytest.fixture
def charted(bedside: Bedside) -> Bedside:
    """Seven creatinines, an hour apart, and a pulse."""
    for hour in range(7):
        observed = NOW - timedelta(hours=hour)
        record(bedside, [creatinine(f"1.{hour}", at=observed)], at=NOW + timedelta(seconds=hour))
    record(bedside, [value("heart_rate", "84", "/min", at=NOW)], at=NOW + timedelta(seconds=9))
    return bedside


def test_no_dose_that_only_is_due_is_told_when_nothing_became_of_it_yet(
    bedside: Bedside, reader_key: str, client: Client
) -> None:
    assert found(asked(client, "MedicationAdministration", reader_key)) == []


def test_each_observation_is_told_once_when_it_is_read_page_by_page(
    charted: Bedside, reader_key: str, client: Client
) -> None:
    seen: list[str] = []
    path = "Observation?code=2160-0&_count=3"
    pages = 0
    while path:
        bundle = told(asked(client, path, reader_key))
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        links = {one["relation"]: one["url"] for one in bundle["link"]}
        assert "code=2160-0" in links["self"]
        path = links["next"].partition("/fhir/")[2] if "next" in links else ""
        pages += 1

    rows = Observation.objects.filter(observable="creatinine").order_by("-pk")
    assert seen == [str(row.pk) for row in rows]
    assert pages == 3


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("code=http://loinc.org|2160-0", 7),
        ("code=38483-4", 7),
        ("code=8867-4", 1),
        ("code=2160-0,8867-4", 8),
        ("code=nothing", 0),
        ("category=laboratory", 7),
        ("category=vital-signs", 1),
        ("category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs", 1),
        ("category=urn:other|vital-signs", 0),
        ("status=final", 8),
        ("status=cancelled", 0),
        ("date=2026-03-02T06:00:00Z", 2),
        ("date=lt2026-03-02T06:00:00Z", 6),
        ("date=ge2026-03-02T06:00:00Z", 2),
        ("date=gt2026-03-02T06:00:00Z", 0),
        ("date=ge2026-03-02T04:00:00Z&date=le2026-03-02T05:00:00Z", 2),
        ("date=2026-03-02", 8),
        ("date=ne2026-03-02", 0),
        ("_lastUpdated=gt2026-03-02T06:00:04Z", 3),
        ("_lastUpdated=ge2026-03-02T07:00:04%2B01:00", 4),
        ("subject=Patient/00000000-0000-7000-8000-000000000000", 0),
        ("patient=nobody", 0),
    ],
)  # fmt: skip
def test_exactly_what_was_asked_for_is_found_when_it_is_searched(
    charted: Bedside, reader_key: str, client: Client, query: str, expected: int
) -> None:
    assert len(found(asked(client, f"Observation?{query}", reader_key))) == expected


@pytest.mark.parametrize(
    "query",
    ["date=yesterday", "date=2026-13-01", "date=2026-03-02T06:00:00", "_count=0", "_count=x", "_cursor=zz", "code=",
     "subject=Group/1", "_revinclude=Provenance:agent", "_cursor=MDp4", "code=a%00b"],
)  # fmt: skip
def test_a_search_is_refused_by_name_when_it_cannot_be_understood(
    bedside: Bedside, reader_key: str, client: Client, query: str
) -> None:
    response = asked(client, f"Observation?{query}", reader_key)

    assert response.status_code == 400
    assert query.partition("=")[0] in told(response)["issue"][0]["diagnostics"]


def test_an_unknown_parameter_is_named_or_refused_as_the_caller_prefers_when_it_comes(
    charted: Bedside, reader_key: str, client: Client
) -> None:
    path = "Observation?colour=red&code=8867-4"
    lenient = told(asked(client, path, reader_key))
    strict = asked(client, path, reader_key, Prefer="respond-async, handling=strict")

    remark = lenient["entry"][-1]
    assert remark["search"]["mode"] == "outcome"
    assert "colour" in remark["resource"]["issue"][0]["diagnostics"]
    assert "colour" not in lenient["link"][0]["url"]
    assert strict.status_code == 400


def test_an_identifier_finds_what_its_sender_stored_when_it_is_searched(
    bedside: Bedside, key: str, reader_key: str, client: Client
) -> None:
    send(client, key, resource(bedside, identifier=[{"system": "urn:lab", "value": "77"}]))

    assert len(found(asked(client, "Observation?identifier=urn:lab|77", reader_key))) == 1
    assert found(asked(client, "Observation?identifier=urn:lab|7", reader_key)) == []


def test_provenance_comes_along_when_it_is_asked_for(charted: Bedside, reader_key: str, client: Client) -> None:
    bundle = told(asked(client, "Observation?code=8867-4&_revinclude=Provenance:target", reader_key))

    observation, provenance = (entry["resource"] for entry in bundle["entry"])
    assert provenance["target"][0]["reference"].startswith(f"Observation/{observation['id']}/")
    assert provenance["agent"][0]["who"]["display"] == charted.nurse.display_name


@pytest.mark.parametrize(
    ("query", "expected"),
    [("name=nov", 1), ("name=Iva", 1), ("name=x", 0), ("birthdate=1961-04-12", 1), ("birthdate=lt1961-04-12", 0)],
)
def test_a_patient_is_found_by_name_and_day_of_birth_when_somebody_looks(
    bedside: Bedside, reader_key: str, client: Client, query: str, expected: int
) -> None:
    assert len(found(asked(client, f"Patient?{query}", reader_key))) == expected
    assert len(found(asked(client, f"Patient?identifier={bedside.patient.mrn}", reader_key))) == 1
    assert found(asked(client, f"Patient?identifier=urn:other|{bedside.patient.mrn}", reader_key)) == []
