"""With which secret is a delivery signed, so that its receiver knows that it is ours and fresh?"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator

from django.conf import settings

from monitoring.models import Subscription

BRAND = "whsec_"
SALT_BYTES = 32
_PURPOSE = b"il2ward subscription secret, version 1"


class SecretIsGone(RuntimeError):
    """The service's own key that this secret was made from is no longer configured."""


def new_salt() -> tuple[str, str]:
    """Return a salt for a new secret, and the print of the service's key that the secret is made from."""
    return secrets.token_hex(SALT_BYTES), print_of(settings.SECRET_KEY)


def secret_of(subscription: Subscription) -> bytes:
    """Return the secret: HKDF-SHA256 (RFC 5869) of the service's key with the subscription's salt.

    A key that is being changed still counts while it is among the former ones. Raises SecretIsGone afterwards.
    """
    key = next((one for one in _keys() if print_of(one) == subscription.key_print), None)
    if key is None:
        raise SecretIsGone("The service's key was changed; subscribe again to get a new secret.")
    extracted = hmac.digest(bytes.fromhex(subscription.salt), key.encode(), hashlib.sha256)
    return hmac.digest(extracted, _PURPOSE + b"\x01", hashlib.sha256)


def shown(secret: bytes) -> str:
    """Return the secret as it is told, once, to whoever subscribes."""
    return BRAND + base64.b64encode(secret).decode()


def signature(secret: bytes, *, event_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of one attempt: HMAC-SHA256 over id, seconds since 1970 and body (Standard Webhooks, v1)."""
    content = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode()


def print_of(key: str) -> str:
    """Return what names a key of the service without telling it."""
    return hashlib.sha256(b"print of the service's key|" + key.encode()).hexdigest()[:16]


def _keys() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS
