"""How does a device get its key, and whose key is this?"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import Device, Site
from il2ward.staff.scopes import is_system_scope

BRAND = "il2"
PREFIX_BYTES = 6
SECRET_BYTES = 32
SCOPES = ("observation:write", "fhir:read", "subscription:write")


class UnknownScope(ValueError):
    """A key was asked for with a right that does not exist."""


@transaction.atomic
def issue(
    *, site: Site, name: str, scopes: Sequence[str], actor: Actor, at: datetime, laboratory: bool = False
) -> tuple[Device, str]:
    """Register a device and return it with its key, ``il2_<prefix>_<secret>``; the key is never shown again.

    Raises UnknownScope, and IntegrityError when the site already has a device of this name.
    """
    if unknown := sorted(one for one in {*scopes} - {*SCOPES} if not is_system_scope(one)):
        raise UnknownScope(f"There is no right called {unknown[0]!r}.")
    prefix = secrets.token_hex(PREFIX_BYTES)
    key = f"{BRAND}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    device = Device.objects.create(
        site=site,
        name=name,
        key_prefix=prefix,
        key_sha256=sha256_of(key),
        scopes=list(scopes),
        laboratory=laboratory,
        created_at=at,
    )
    note(device, "device.issued", actor=actor, at=at)
    return device, key


def resolve(plain_key: str) -> Device | None:
    """Return the device whose key this is; None for a wrong, malformed or revoked key.

    The prefix only finds the row; the whole key is compared by its digest in constant time.
    """
    brand, _, rest = plain_key.partition("_")
    prefix, _, secret = rest.partition("_")
    if brand != BRAND or not secret:
        return None
    device = Device.objects.select_related("site").filter(key_prefix=prefix, revoked_at=None).first()
    if device is None or not hmac.compare_digest(device.key_sha256, sha256_of(plain_key)):
        return None
    return device


@transaction.atomic
def revoke(*, device: Device, actor: Actor, at: datetime) -> bool:
    """Refuse this device's key from now on; return False when it was revoked before."""
    if not Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=at):
        return False
    note(device, "device.revoked", actor=actor, at=at)
    return True


def sha256_of(key: str) -> str:
    """Return the digest that is kept of a key; a key is random and long, so it needs no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def note(device: Device, event: str, *, actor: Actor, at: datetime) -> None:
    """Record the change in the log, without the key."""
    audit.append(
        event=event,
        actor=actor,
        at=at,
        subject="device",
        subject_id=device.pk,
        site_id=device.site_id,
        body={"name": device.name, "prefix": device.key_prefix, "scopes": list(device.scopes)},
    )
