"""Which public keys does a system sign with: as they were registered, or as they stand at its own address?"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt
from django.db.models import Q

from il2ward.outgoing import CouldNotCall, NotAllowed, call, target_of
from il2ward.staff.models import SystemClient

log = logging.getLogger(__name__)

ALGORITHMS = ("RS384", "ES384")
KEY_OF = {"RS384": ("RSA", None), "ES384": ("EC", "P-384")}
LEAST_RSA_BITS = 2048
MOST_KEYS = 20
MOST_BYTES = 65_536
# A key that is taken back is known here after so long; an address that is silent is trusted so long at most.
KEPT_FOR = timedelta(minutes=10)
KEPT_WHEN_SILENT = timedelta(hours=24)
NOT_MORE_OFTEN_THAN = timedelta(minutes=1)


class BadKeys(ValueError):
    """A key set that nobody may sign with; the message says why."""


def checked(jwks: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the keys of a set as they are kept, their public parts alone; raises BadKeys."""
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not 1 <= len(keys) <= MOST_KEYS:
        raise BadKeys(f'A key set is {{"keys": [...]}} with 1 to {MOST_KEYS} keys.')
    names = [key.get("kid") if isinstance(key, dict) else None for key in keys]
    if not all(isinstance(name, str) and name for name in names) or len({*names}) != len(names):
        raise BadKeys("Every key needs a kid of its own.")
    return [_public(key) for key in keys]


def fetched(address: str) -> list[dict[str, Any]]:
    """Return the keys that stand at ``address`` now; raises BadKeys when they cannot be had or used."""
    try:
        answer = call(target_of(address), headers={"Accept": "application/json"}, most_bytes=MOST_BYTES)
        jwks = json.loads(answer.body) if answer.status == 200 else None
    except (CouldNotCall, NotAllowed) as no:
        raise BadKeys(f"The keys cannot be fetched: {no}") from no
    except (ValueError, RecursionError) as error:
        raise BadKeys("What stands at the address of the keys is no JSON.") from error
    if not isinstance(jwks, dict):
        raise BadKeys("There is no key set at the address of the keys.")
    return checked(jwks)


def keys_of(client: SystemClient, kid: object, *, at: datetime) -> list[dict[str, Any]]:
    """Return the keys that count for ``client`` at ``at``: those registered, or those at its address.

    They are fetched again after ten minutes, or when ``kid`` is not among them, once a minute at most. An address that
    is silent for a day leaves no key that counts.
    """
    if client.jwks_url:
        known = any(key["kid"] == kid for key in client.jwks["keys"])
        if not known or client.keys_at is None or at - client.keys_at >= KEPT_FOR:
            _fetch_again(client, at=at)
        if client.keys_at is None or at - client.keys_at >= KEPT_WHEN_SILENT:
            return []
    keys: list[dict[str, Any]] = client.jwks["keys"]
    return keys


def _fetch_again(client: SystemClient, *, at: datetime) -> None:
    """Fetch the keys unless somebody has tried within the minute; what cannot be had leaves the known ones."""
    rows = SystemClient.objects.filter(pk=client.pk)
    rested = Q(keys_tried_at=None) | Q(keys_tried_at__lte=at - NOT_MORE_OFTEN_THAN)
    if rows.filter(rested).update(keys_tried_at=at):
        try:
            rows.update(jwks={"keys": fetched(client.jwks_url)}, keys_at=at)
        except BadKeys as bad:
            log.warning("the keys of %s stay as they are: %s", client.client_id, bad)
    client.refresh_from_db(fields=["jwks", "keys_at"])


def _public(key: Mapping[str, Any]) -> dict[str, Any]:
    """The key as it is kept: its public part alone, and only if one of our algorithms can use it."""
    algorithm = next((name for name, kind in KEY_OF.items() if kind == (key.get("kty"), key.get("crv"))), None)
    if algorithm is None:
        raise BadKeys("Only RSA keys and P-384 keys are taken.")
    if "d" in key:
        raise BadKeys("This is a private key. Register the public one, and make a new pair.")
    try:
        read = jwt.PyJWK(dict(key), algorithm=algorithm)
    except jwt.PyJWTError as error:
        raise BadKeys(f"The key {key['kid']!r} cannot be read.") from error
    if algorithm == "RS384" and read.key.key_size < LEAST_RSA_BITS:
        raise BadKeys(f"An RSA key has at least {LEAST_RSA_BITS} bits.")
    return {name: key[name] for name in ("kty", "kid", "n", "e", "crv", "x", "y") if name in key}
