"""May a system subscribe over FHIR and JSON, to what it may read and where it may be told, and to nothing else?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from il2ward.audit.models import AuditEvent
from il2ward.staff.models import RepeatedRequest
from monitoring.models import Delivery, Subscription
from monitoring.services import signing_secrets
from tests.dosing.builders import Bedside, make_bedside
from tests.monitoring.api.bedside_client import device_key, post, told
from tests.monitoring.interop.test_fhir_read import asked, found, valid
from tests.signed_in import signed_in

RIGHTS = ("fhir:read", "subscription:write")
ADDRESS = "https://hooks.hospital.example/il2ward"


def wish(**changes: Any) -> dict[str, Any]:
    """A Subscription to holds; a change to None leaves the element out."""
    channel = {"type": "rest-hook", "endpoint": ADDRESS, "payload": "application/json", **changes.pop("channel", {})}
    node = {
        "resourceType": "Subscription", "status": "requested", "reason": "Pharmacy",
        "criteria": "DetectedIssue?code=HOLD",
        "channel": {name: one for name, one in channel.items() if one is not None}, **changes,
    }  # fmt: skip
    return {name: one for name, one in node.items() if one is not None}


@pytest.fixture
def key(bedside: Bedside) -> str:
    """A system that may read and subscribe."""
    return device_key(bedside.site, name="pharmacy", scopes=RIGHTS)


def delete(client: Client, path: str, key: str = "") -> HttpResponse:
    """DELETE as a device, or as whom the client is signed in."""
    return client.delete(path, headers={"Authorization": f"Api-Key {key}"} if key else {})


def test_a_subscription_is_made_read_found_and_ended(bedside: Bedside, client: Client, key: str) -> None:
    made = post(client, "/fhir/Subscription", wish(), key=key)

    body = valid(told(made))
    (secret,) = [one["valueString"] for one in body.pop("extension")]
    row = Subscription.objects.get()
    assert (made.status_code, made["Location"]) == (201, f"http://testserver/fhir/Subscription/{row.pk}")
    assert secret == signing_secrets.shown(signing_secrets.secret_of(row))
    assert secret.removeprefix("whsec_") not in str(list(Subscription.objects.values()))
    assert told(asked(client, f"Subscription/{row.pk}", key)) == body
    assert found(asked(client, "Subscription?criteria=DetectedIssue?code=HOLD&status=active", key)) == [body]
    assert found(asked(client, "Subscription?status=off", key)) == []

    assert delete(client, f"/fhir/Subscription/{row.pk}", key).status_code == 204
    assert asked(client, f"Subscription/{row.pk}", key).status_code == 404
    assert delete(client, f"/fhir/Subscription/{row.pk}", key).status_code == 404
    events = AuditEvent.objects.filter(subject="subscription").order_by("seq").values_list("event", "device__name")
    assert list(events) == [("subscription.created", "pharmacy"), ("subscription.ended", "pharmacy")]


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"criteria": "Observation?code=8867-4"}, "Subscription.criteria"),
        ({"criteria": None}, "Subscription.criteria"),
        ({"status": "off"}, "Subscription.status"),
        ({"reason": None}, "Subscription.reason"),
        ({"end": "2030-01-01T00:00:00Z"}, "Subscription.end"),
        ({"channel": {"type": "email"}}, "Subscription.channel.type"),
        ({"channel": {"payload": "application/fhir+json"}}, "Subscription.channel.payload"),
        ({"channel": {"header": ["Authorization: x"]}}, "Subscription.channel.header"),
        ({"channel": {"endpoint": None}}, "Subscription.channel.endpoint"),
        ({"channel": {"endpoint": "https://169.254.169.254/x"}}, "Subscription.channel.endpoint"),
        ({"channel": {"endpoint": "http://hooks.hospital.example/x"}}, "Subscription.channel.endpoint"),
        ({"channel": {"endpoint": 5}}, "Subscription.channel.endpoint"),
    ],
)
def test_what_would_not_be_done_is_refused_by_its_element(
    bedside: Bedside, client: Client, key: str, changes: dict[str, Any], element: str
) -> None:
    response = post(client, "/fhir/Subscription", wish(**changes), key=key)

    assert (response.status_code, told(response)["issue"][0]["expression"]) == (422, [element])
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("scopes", [("fhir:read",), ("observation:write",), ("system/Subscription.c",)])
def test_a_system_subscribes_to_nothing_it_may_not_read(
    bedside: Bedside, client: Client, scopes: tuple[str, ...]
) -> None:
    key = device_key(bedside.site, name="other", scopes=scopes)

    assert post(client, "/fhir/Subscription", wish(), key=key).status_code == 403
    body = {"topic": "hold", "address": ADDRESS}
    assert post(client, "/api/v1/subscriptions", body, key=key).status_code == 403
    assert not Subscription.objects.exists()


def test_another_systems_subscription_is_not_there(bedside: Bedside, client: Client, key: str) -> None:
    post(client, "/fhir/Subscription", wish(), key=key)
    row = Subscription.objects.get()
    other = device_key(bedside.site, name="other", scopes=RIGHTS)
    foreign_admin = signed_in(make_bedside().admin)

    assert asked(client, f"Subscription/{row.pk}", other).status_code == 404
    assert delete(client, f"/fhir/Subscription/{row.pk}", other).status_code == 404
    assert delete(foreign_admin, f"/api/v1/subscriptions/{row.pk}").status_code == 404
    assert told(foreign_admin.get("/api/v1/subscriptions")) == {"subscriptions": []}
    for role in (bedside.nurse, bedside.physician):
        assert signed_in(role).get("/fhir/Subscription").status_code == 403
        assert signed_in(role).get("/api/v1/subscriptions").status_code == 403
    row.refresh_from_db()
    assert row.ended_at is None


def test_an_admin_subscribes_for_a_system_and_ends_it(bedside: Bedside, key: str) -> None:
    admin = signed_in(bedside.admin)
    body = {"topic": "alert", "address": ADDRESS, "system": "pharmacy", "reason": "Pager"}

    made = told(post(admin, "/api/v1/subscriptions", body))
    Delivery.objects.create(
        subscription_id=made["id"], event_id="00000000-0000-4000-8000-000000000000", subject="x", body="{}",
        occurred_at="2026-03-02T06:00:00Z", next_at="2026-03-02T06:00:00Z", give_up_at="2026-03-03T06:00:00Z",
    )  # fmt: skip

    assert made.pop("secret").startswith("whsec_")
    (listed,) = told(admin.get("/api/v1/subscriptions"))["subscriptions"]
    assert (listed["system"], listed["state"], listed["waiting"]) == ("pharmacy", "on", 1)
    assert listed["waiting_since"] == "2026-03-02T06:00:00+00:00"
    assert "secret" not in listed
    assert told(delete(admin, f"/api/v1/subscriptions/{made['id']}"))["state"] == "ended"
    assert Delivery.objects.get().given_up_at is not None
    assert AuditEvent.objects.filter(event="subscription.created", actor=bedside.admin).exists()


@pytest.mark.parametrize("system", [None, "nobody"])
def test_an_admin_must_name_a_system_of_their_hospital(bedside: Bedside, key: str, system: str | None) -> None:
    body = {"topic": "hold", "address": ADDRESS} | ({"system": system} if system else {})

    response = post(signed_in(bedside.admin), "/api/v1/subscriptions", body)

    assert (response.status_code, told(response)["errors"][0]["path"]) == (422, "$.system")


def test_a_repeated_request_gets_the_first_answer_without_the_secret(
    bedside: Bedside, client: Client, key: str
) -> None:
    body = {"topic": "hold", "address": ADDRESS}
    first = told(post(client, "/api/v1/subscriptions", body, key=key, again="once"))

    again = told(post(client, "/api/v1/subscriptions", body, key=key, again="once"))
    twice = post(client, "/api/v1/subscriptions", body, key=key)

    assert first.pop("secret") not in RepeatedRequest.objects.get().body
    assert again == first
    assert (twice.status_code, told(twice)["code"]) == (409, "subscribed-already")


def test_an_address_that_is_never_called_is_refused_over_json(
    bedside: Bedside, client: Client, key: str, settings: Settings
) -> None:
    settings.IL2WARD_OUTGOING_OWN_MACHINE = False
    for address in ("https://localhost.example:0x/", "http://127.0.0.1/x", "https://127.0.0.1/x"):
        response = post(client, "/api/v1/subscriptions", {"topic": "hold", "address": address}, key=key)
        assert response.status_code == 422, address
    assert json.loads(response.content)["code"] == "invalid"
