"""Is a program that runs wild slowed down, and nobody else with it?"""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from il2ward.http import rates
from tests.dosing.builders import Bedside, make_bedside
from tests.monitoring.api.bedside_client import device_key, told
from tests.signed_in import signed_in


@pytest.fixture
def bedside(db: None) -> Bedside:
    """A bedside of which nobody has asked anything yet, and a pace of three a minute."""
    cache.clear()
    return make_bedside()


def test_the_fourth_request_is_refused_when_three_a_minute_are_allowed(
    bedside: Bedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "PER_MINUTE", {"device": 3, "user": 3})
    monkeypatch.setattr("time.monotonic", lambda: 60_030.0)
    key = device_key(bedside.site, scopes=("fhir:read",))
    headers = {"Authorization": f"Api-Key {key}"}

    answers = [Client().get("/fhir/Encounter", headers=headers) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert told(answers[3])["resourceType"] == "OperationOutcome"
    nurse = signed_in(bedside.nurse)
    board = f"/api/v1/wards/{bedside.ward.pk}/board"
    seen = [nurse.get(board) for _ in range(4)]
    assert [one.status_code for one in seen] == [200, 200, 200, 429]
    assert (seen[3]["Retry-After"], told(seen[3])["code"]) == ("30", "too-many-requests")
    assert signed_in(bedside.nurse2).get(board).status_code == 200
    monkeypatch.setattr("time.monotonic", lambda: 60_060.0)
    assert nurse.get(board).status_code == 200


def test_the_pace_is_above_what_a_ward_does_when_it_is_read() -> None:
    assert rates.PER_MINUTE["device"] >= 10 * 6_000
    assert rates.PER_MINUTE["user"] >= 10 * 60
