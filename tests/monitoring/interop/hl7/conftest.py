"""Which devices send HL7 to the tests, and how is a real listener run beside them?"""

from __future__ import annotations

import pytest

from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Device
from il2ward.staff.services import devices
from tests.dosing.builders import NOW, Bedside


@pytest.fixture
def laboratory(bedside: Bedside) -> Device:
    """The hospital's laboratory system."""
    return devices.issue(
        site=bedside.site, name="Laboratory", scopes=devices.SCOPES, actor=SYSTEM, at=NOW, laboratory=True
    )[0]


@pytest.fixture
def monitors(bedside: Bedside) -> Device:
    """The gateway of the bedside monitors."""
    return devices.issue(site=bedside.site, name="Monitors", scopes=devices.SCOPES, actor=SYSTEM, at=NOW)[0]
