"""Which bedside, client and key do the tests of the JSON interface share?"""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime

import pytest
from django.test import Client

from tests.bedside_of_the_file import bedside_of_the_file
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.api.bedside_client import device_key

__all__ = ["at", "bedside", "bedside_of_the_file", "client", "key"]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The instant the entrances read as now: the clock is what is held still, nothing else."""
    monkeypatch.setattr("il2ward.clock.now", lambda: NOW)
    return NOW


@pytest.fixture
def bedside(bedside_of_the_file: Bedside, db: None, at: datetime) -> Bedside:
    """The file's bedside, its first dose's window just opened now."""
    return deepcopy(bedside_of_the_file)


@pytest.fixture
def key(bedside: Bedside) -> str:
    """The key of a monitor gateway of the bedside's site."""
    return device_key(bedside.site)


@pytest.fixture
def client() -> Client:
    """A client that nobody is signed in with."""
    return Client()
