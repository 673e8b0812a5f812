"""Does a word that a person gives a meaning count for senders of FHIR and JSON as it does for those of HL7?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from il2ward.staff.models import Device
from monitoring.models import Observation
from monitoring.selectors.meanings import unmapped
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.api.bedside_client import told
from tests.signed_in import signed_in

OWN = "http://lab.example.org/codes"


def by_json(bedside: Bedside, key: str, *, code: str = "KREA", unit: str = "mg/dL", version: str = "1") -> Any:
    """Send one result as JSON under the sender's own code."""
    body = {
        "patient": {"mrn": bedside.patient.mrn}, "code": {"system": OWN, "code": code}, "value": "3.40", "unit": unit,
        "observed_at": NOW.isoformat(), "id": f"j-{code}-{unit}", "version": version,
    }  # fmt: skip
    response = Client().post("/api/v1/observations", json.dumps(body), content_type="application/json",
                             headers={"Authorization": f"Api-Key {key}"})  # fmt: skip
    return told(response)["results"][0]["result"]


def by_fhir(bedside: Bedside, key: str, *, code: str = "KREA", unit: str = "mg/dL", version: str = "1") -> Any:
    """Send the same as FHIR."""
    body = {
        "resourceType": "Observation", "status": "final", "code": {"coding": [{"system": OWN, "code": code}]},
        "subject": {"reference": f"Patient/{bedside.patient.pk}"}, "effectiveDateTime": NOW.isoformat(),
        "valueQuantity": {"value": 3.4, "unit": unit}, "meta": {"versionId": version},
        "identifier": [{"system": OWN, "value": f"f-{code}-{unit}"}],
    }  # fmt: skip
    response = Client().post("/fhir/Observation", json.dumps(body), content_type="application/fhir+json",
                             headers={"Authorization": f"Api-Key {key}"})  # fmt: skip
    return {201: "new", 200: "repeated"}.get(response.status_code, response.content)


def give(bedside: Bedside, **form: str) -> str:
    """Say on the page what the word stands for."""
    said = {
        "device": str(Device.objects.get().pk), "kind": "code", "context": OWN, "word": "KREA",
        "meaning": "creatinine", "reason": "Laboratory's code list of March",
    } | form  # fmt: skip
    return signed_in(bedside.physician).post("/quarantine/meanings/", said, follow=True).content.decode()


def standing() -> list[tuple[str, str, str]]:
    """What nothing has replaced."""
    rows = Observation.objects.filter(replaced_by=None).order_by("pk")
    return [(row.observable, row.unit, row.not_gradable) for row in rows]


@pytest.mark.parametrize("send", [by_json, by_fhir])
def test_an_unknown_code_is_counted_and_read_again_when_it_gets_a_meaning(
    bedside: Bedside, key: str, send: Any
) -> None:
    send(bedside, key)
    assert [(one.context, one.word, one.count) for one in unmapped(bedside.site)] == [(OWN, "KREA", 1)]

    assert "1 result stored anew" in give(bedside)

    assert standing() == [("creatinine", "mg/dL", "")]
    assert unmapped(bedside.site) == []


@pytest.mark.parametrize("send", [by_json, by_fhir])
def test_the_same_result_again_stores_nothing_when_its_code_has_a_meaning_by_now(
    bedside: Bedside, key: str, send: Any
) -> None:
    send(bedside, key)
    give(bedside)
    before = Observation.objects.count()

    assert send(bedside, key) == "repeated"
    send(bedside, key, version="2")

    assert Observation.objects.count() == before + 1
    assert standing() == [("creatinine", "mg/dL", "")]


@pytest.mark.parametrize("send", [by_json, by_fhir])
def test_a_meaning_counts_for_what_comes_later_and_not_when_it_is_taken_back(
    bedside: Bedside, key: str, send: Any
) -> None:
    send(bedside, key)
    give(bedside)
    give(bedside, kind="unit", context="creatinine", word="mg%", meaning="mg/dL")

    send(bedside, key, unit="mg%")
    assert standing() == [("creatinine", "mg/dL", "")] * 2

    give(bedside, kind="unit", context="creatinine", word="mg%", meaning="", reason="It was something else")
    # The list goes by when a row was recorded, and here all were at one instant.
    assert ("creatinine", "mg%", "unknown unit mg%") in standing()
    give(bedside, meaning="", reason="It is not creatinine at all")
    assert [row[0] for row in standing()] == ["", ""]


def test_a_persons_own_words_are_read_by_no_senders_list(bedside: Bedside, key: str) -> None:
    by_json(bedside, key)
    give(bedside)
    body = {"patient": {"mrn": bedside.patient.mrn}, "code": {"system": OWN, "code": "KREA"}, "value": "1",
            "unit": "mg/dL", "observed_at": NOW.isoformat()}  # fmt: skip
    response = signed_in(bedside.nurse).post("/api/v1/observations", json.dumps(body), content_type="application/json")
    assert told(response)["results"][0]["result"] == "not_gradable"
