"""At which bedside, and when, do the tests of pages stand? The pages read the clock themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from il2ward import clock
from tests.dosing.builders import Bedside, make_bedside


@pytest.fixture
def now() -> datetime:
    """The instant of the test."""
    return clock.now()


@pytest.fixture
def bedside(db: None, now: datetime) -> Bedside:
    """A patient whose first dose's window opened five minutes ago."""
    return make_bedside(at=now - timedelta(minutes=5))
