"""Who is told of what in a test? Registered systems with subscriptions at a real receiver."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from il2ward.audit.actor import SYSTEM, Actor
from il2ward.staff.models import Device, Site
from il2ward.staff.services import devices
from monitoring.models import Subscription
from monitoring.services import subscriptions
from tests.dosing.builders import NOW
from tests.receiver import Got, Receiver


def registry(site: Site, name: str = "registry", scopes: tuple[str, ...] = ("fhir:read",)) -> Device:
    """A device that may read."""
    return devices.issue(site=site, name=name, scopes=scopes, actor=SYSTEM, at=NOW)[0]


def subscribed(device: Device, receiver: Receiver, topic: str = "hold") -> tuple[Subscription, str]:
    """The device's subscription at the receiver, with its secret."""
    return subscriptions.subscribe(
        device=device, topic=topic, address=receiver.address, actor=Actor(device=device), at=NOW
    )


def holds(secret: str, got: Got) -> bool:
    """Whether the signature holds, worked out as a receiver would from the published scheme."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    proof = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return got.headers["webhook-signature"] == f"v1,{proof}"


def told_to(receiver: Receiver) -> list[dict[str, Any]]:
    """What the receiver was told, in order."""
    return [json.loads(got.body) for got in receiver.got]
