"""Which bedside, client and key do the tests of the JSON interface share?"""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from tests.dosing.builders import NOW, Bedside, make_bedside
from tests.monitoring.api.bedside_client import device_key


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The instant the entrances read as now: the clock is what is held still, nothing else."""
    monkeypatch.setattr("il2ward.clock.now", lambda: NOW)
    return NOW


@pytest.fixture
def bedside(db: None, at: datetime) -> Bedside:
    """A patient in a bed with a course whose first dose's window has just opened."""
    return make_bedside(at=at)


@pytest.fixture
def key(bedside: Bedside) -> str:
    """The key of a monitor gateway of the bedside's site."""
    return device_key(bedside.site)


@pytest.fixture
def client() -> Client:
    """A client that nobody is signed in with."""
    return Client()
