"""Which bedside do the tests of monitoring stand at?"""

from __future__ import annotations

import pytest

from tests.dosing.builders import Bedside, make_bedside


@pytest.fixture
def bedside(db: None) -> Bedside:
    """A patient in a bed, an active cycle whose first window has just opened, nothing charted yet."""
    return make_bedside()
