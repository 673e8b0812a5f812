"""Which bedside, client and key do the tests of the FHIR interface share? Those of the JSON interface."""

from __future__ import annotations

import pytest

from il2ward.audit.actor import Actor
from il2ward.staff.models import Device
from monitoring.services import subscriptions
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.api.bedside_client import device_key
from tests.monitoring.api.conftest import at, bedside, bedside_of_the_file, client, key
from tests.monitoring.interop.story import READ_AT

__all__ = ["at", "bedside", "bedside_of_the_file", "client", "key", "reader_key", "told_story"]


@pytest.fixture
def told_story(bedside: Bedside, monkeypatch: pytest.MonkeyPatch) -> Bedside:
    """The bedside of a file that made it ``treated``, read within the window of the third dose."""
    monkeypatch.setattr("il2ward.clock.now", lambda: READ_AT)
    return bedside


@pytest.fixture
def reader_key(bedside: Bedside) -> str:
    """The key of a device of the bedside's site that may read, and that is told of holds."""
    key = device_key(bedside.site, name="reader", scopes=("fhir:read",))
    device = Device.objects.get(site=bedside.site, name="reader")
    subscriptions.subscribe(
        device=device, topic="hold", address="http://127.0.0.1:9/hook", actor=Actor(device=device), at=NOW
    )
    return key
