"""Is an Observation put right as its next version, by somebody who saw the version before, and never over it?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from monitoring.models import Observation
from tests.dosing.builders import Bedside, make_bedside, make_patient
from tests.monitoring.api.bedside_client import device_key, told
from tests.monitoring.interop.test_fhir_create import panel, resource, send
from tests.monitoring.interop.test_fhir_read import asked, found
from tests.signed_in import signed_in

CORRECTED = {"value": 1.4, "unit": "mg/dL"}


def put(client: Client, name: object, body: Any, *, key: str = "", seen: str | None = '"1"') -> HttpResponse:
    """PUT as a device, or as whom the client is signed in, having seen the version ``seen``."""
    headers = ({"Authorization": f"Api-Key {key}"} if key else {}) | ({"If-Match": seen} if seen is not None else {})
    return client.put(
        f"/fhir/Observation/{name}", json.dumps(body), content_type="application/fhir+json", headers=headers
    )


@pytest.fixture
def stored(bedside: Bedside, key: str, client: Client) -> str:
    """The id of a creatinine of 3.4 mg/dL."""
    name: str = told(send(client, key, resource(bedside)))["id"]
    return name


def charted_by(person: Client, bedside: Bedside) -> str:
    """The id of the same creatinine, charted by a person."""
    response = person.post("/fhir/Observation", json.dumps(resource(bedside)), content_type="application/fhir+json")
    name: str = told(response)["id"]
    return name


def test_a_new_version_stands_and_the_old_is_kept_when_an_observation_is_put_right(
    bedside: Bedside, key: str, reader_key: str, client: Client, stored: str
) -> None:
    response = put(
        client, stored, resource(bedside, valueQuantity=CORRECTED, status="corrected"), key=key, seen='W/"1"'
    )

    assert (response.status_code, response["ETag"]) == (200, 'W/"2"')
    read = told(asked(client, f"Observation/{stored}", reader_key))
    assert (read["id"], read["meta"]["versionId"], read["valueQuantity"]["value"]) == (stored, "2", 1.4)
    assert told(asked(client, f"Observation/{stored}/_history/1", reader_key))["valueQuantity"]["value"] == 3.4
    assert asked(client, f"Observation/{stored}/_history/3", reader_key).status_code == 404
    assert [one["id"] for one in found(asked(client, "Observation", reader_key))] == [stored]
    second = Observation.objects.get(value="1.4")
    assert str(second.replaces_id) == stored
    told_by_second = told(asked(client, f"Observation/{second.pk}", reader_key))
    assert told_by_second["id"] == stored
    provenance = found(asked(client, f"Provenance?target=Observation/{stored}", reader_key))
    # Both were recorded in one instant of the test's clock, and a search sorts by it.
    assert sorted(one["activity"]["coding"][0]["code"] for one in provenance) == ["CREATE", "UPDATE"]


@pytest.mark.parametrize(("seen", "status"), [(None, 428), ('W/"2"', 412), ("*", 412), ('"0"', 412), ('W/"1"', 200)])
def test_nothing_is_changed_when_the_version_seen_is_not_the_one_that_stands(
    bedside: Bedside, key: str, client: Client, stored: str, seen: str | None, status: int
) -> None:
    response = put(client, stored, resource(bedside, valueQuantity=CORRECTED), key=key, seen=seen)

    assert response.status_code == status
    assert Observation.objects.count() == (2 if status == 200 else 1)


def test_the_second_of_two_is_refused_when_both_saw_the_same_version(
    bedside: Bedside, key: str, client: Client, stored: str
) -> None:
    first = put(client, stored, resource(bedside, valueQuantity=CORRECTED), key=key)
    second = put(client, stored, resource(bedside, valueQuantity={"value": 2, "unit": "mg/dL"}), key=key)

    assert (first.status_code, second.status_code) == (200, 412)


def test_a_person_must_say_why_when_they_put_a_value_right(bedside: Bedside) -> None:
    nurse = signed_in(bedside.nurse)
    charted = charted_by(nurse, bedside)
    silent = put(nurse, charted, resource(bedside, valueQuantity=CORRECTED))
    said = put(nurse, charted, resource(bedside, valueQuantity=CORRECTED, note=[{"text": "Mistyped"}]))

    assert (silent.status_code, told(silent)["issue"][0]["expression"]) == (422, ["Observation.note"])
    assert said.status_code == 200
    assert Observation.objects.get(value="1.4").reason == "Mistyped"


def test_nobody_puts_right_what_is_anothers_to_correct(bedside: Bedside, key: str, client: Client, stored: str) -> None:
    physician, said = signed_in(bedside.physician), [{"text": "Haemolysed"}]
    charted = charted_by(physician, bedside)
    another = resource(bedside, valueQuantity=CORRECTED, note=said)

    assert put(physician, stored, another).status_code == 403
    assert put(client, charted, another, key=key).status_code == 403
    assert put(physician, stored, {**another, "status": "entered-in-error"}).status_code == 200


def test_nothing_is_changed_when_it_is_about_somebody_else_or_out_of_reach(
    bedside: Bedside, key: str, client: Client, stored: str
) -> None:
    other = {"reference": f"Patient/{make_patient(bedside.site).pk}"}
    stranger = device_key(make_bedside().site)

    assert put(client, stored, resource(bedside, subject=other), key=key).status_code == 422
    assert put(client, stored, resource(bedside, id="x"), key=key).status_code == 422
    assert put(client, stored, panel(bedside), key=key).status_code == 422
    assert put(client, stored, resource(bedside), key=stranger).status_code == 404
    assert put(client, "grade-1", resource(bedside), key=key).status_code == 404
    assert put(signed_in(bedside.admin), stored, resource(bedside)).status_code == 403
    assert Observation.objects.count() == 1
