"""Is a batch taken entry by entry, and a transaction as a whole or not at all?"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from monitoring.models import Observation
from tests.dosing.builders import Bedside, make_patient
from tests.monitoring.api.bedside_client import told
from tests.monitoring.interop.test_fhir_create import first_issue, panel, resource, send


def bundle(kind: str, *resources: dict[str, Any], **request: str) -> dict[str, Any]:
    """A Bundle that creates ``resources``."""
    entries = [{"resource": one, "request": {"method": "POST", "url": "Observation", **request}} for one in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


@pytest.mark.parametrize("url", ["/fhir", "/fhir/"])
def test_each_entry_is_answered_on_its_own_when_a_batch_has_a_bad_one(
    bedside: Bedside, key: str, client: Client, url: str
) -> None:
    bad = resource(bedside, status="done")

    response = send(client, key, bundle("batch", resource(bedside), bad, panel(bedside)), url)

    assert response.status_code == 200
    answers = [entry["response"] for entry in told(response)["entry"]]
    assert [answer["status"][:3] for answer in answers] == ["201", "422", "201"]
    assert answers[1]["outcome"]["issue"][0]["expression"] == ["Observation.status"]
    stored_as = [issue["diagnostics"] for issue in answers[2]["outcome"]["issue"]]
    assert len(stored_as) == 2
    assert Observation.objects.count() == 3


def test_nothing_is_stored_when_one_entry_of_a_transaction_is_refused(
    bedside: Bedside, key: str, client: Client
) -> None:
    response = send(client, key, bundle("transaction", resource(bedside), resource(bedside, status="done")), "/fhir")

    assert response.status_code == 422
    assert first_issue(response)[0] == "Observation.status"
    assert not Observation.objects.exists()


def test_nothing_is_stored_when_a_transaction_reuses_an_identifier_for_another_value(
    bedside: Bedside, key: str, client: Client
) -> None:
    named = {"identifier": [{"system": "urn:lab", "value": "1"}]}
    other = resource(bedside, **named, valueQuantity={"value": 9, "unit": "mg/dL"})

    response = send(client, key, bundle("transaction", resource(bedside, **named), other), "/fhir")

    assert response.status_code == 422
    assert not Observation.objects.exists()


def test_all_is_stored_when_every_entry_of_a_transaction_is_right(bedside: Bedside, key: str, client: Client) -> None:
    response = send(client, key, bundle("transaction", resource(bedside), panel(bedside)), "/fhir")

    assert told(response)["type"] == "transaction-response"
    assert Observation.objects.count() == 3


def test_a_transaction_is_refused_when_it_is_about_two_patients(bedside: Bedside, key: str, client: Client) -> None:
    other = make_patient(bedside.site)
    second = resource(bedside, subject={"identifier": {"value": other.mrn}})

    transaction = send(client, key, bundle("transaction", resource(bedside), second), "/fhir")
    batch = send(client, key, bundle("batch", resource(bedside), second), "/fhir")

    assert (transaction.status_code, batch.status_code) == (422, 200)
    assert Observation.objects.count() == 2


def test_an_entry_is_refused_when_it_asks_for_something_else(bedside: Bedside, key: str, client: Client) -> None:
    asked = bundle("batch", resource(bedside), method="DELETE", url="Observation/1")

    response = send(client, key, asked, "/fhir")

    assert told(response)["entry"][0]["response"]["status"].startswith("422")
    assert not Observation.objects.exists()


@pytest.mark.parametrize("kind", ["history", "document", None])
def test_a_bundle_is_refused_when_its_type_is_neither_batch_nor_transaction(
    bedside: Bedside, key: str, client: Client, kind: str | None
) -> None:
    response = send(client, key, {**bundle("batch", resource(bedside)), "type": kind}, "/fhir")

    assert response.status_code == 422
    assert first_issue(response)[0] == "Bundle.type"


def test_an_entry_is_stored_once_when_it_says_if_none_exist(bedside: Bedside, key: str, client: Client) -> None:
    asked = bundle("batch", resource(bedside), ifNoneExist="identifier=urn:lab|9")

    first, second = send(client, key, asked, "/fhir"), send(client, key, asked, "/fhir")

    statuses = [told(one)["entry"][0]["response"]["status"][:3] for one in (first, second)]
    assert statuses == ["201", "200"]
    assert Observation.objects.count() == 1
