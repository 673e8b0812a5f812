"""Is a device known by its whole key only, and never after it was revoked?"""

from __future__ import annotations

import pytest

from il2ward.audit.actor import SYSTEM
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import Device
from il2ward.staff.services import devices
from tests.staff.conftest import AT, hospital


@pytest.fixture
def issued(db: None) -> tuple[Device, str]:
    return devices.issue(site=hospital(), name="gateway", scopes=["observation:write"], actor=SYSTEM, at=AT)


def test_device_is_known_by_its_key(issued: tuple[Device, str]) -> None:
    device, key = issued

    assert devices.resolve(key) == device
    assert key.startswith(f"il2_{device.key_prefix}_")


@pytest.mark.parametrize(
    "spoil",
    [lambda key: key[:-1], lambda key: key + "a", lambda key: key.swapcase(), lambda key: key[4:], lambda _: ""],
    ids=["one character short", "one character long", "other case", "without its brand", "empty"],
)
def test_device_is_not_known_by_anything_but_the_whole_key(issued: tuple[Device, str], spoil: object) -> None:
    assert devices.resolve(spoil(issued[1])) is None  # type: ignore[operator]


def test_key_is_kept_nowhere(issued: tuple[Device, str]) -> None:
    secret = issued[1].split("_", 2)[2]

    assert not [row for row in Device.objects.values() if secret in str(row)]
    assert not [row for row in AuditEvent.objects.values() if secret in str(row)]


def test_revoked_device_is_not_known_any_more(issued: tuple[Device, str]) -> None:
    device, key = issued

    assert devices.revoke(device=device, actor=SYSTEM, at=AT)
    assert devices.resolve(key) is None
    assert not devices.revoke(device=device, actor=SYSTEM, at=AT)


def test_right_that_does_not_exist_is_refused(db: None) -> None:
    with pytest.raises(devices.UnknownScope):
        devices.issue(site=hospital(), name="gateway", scopes=["dose:start"], actor=SYSTEM, at=AT)
    assert not Device.objects.exists()
