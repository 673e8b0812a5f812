"""Which bytes is an audit event hashed over?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from il2ward.audit.models import AuditEvent


def canonical(content: Mapping[str, object]) -> str:
    """Return ``content`` as the one JSON text of its meaning: keys sorted, no spaces, ASCII only.

    Decimals become their text, instants ISO 8601 in UTC. Floats, and anything else JSON lacks, raise TypeError.
    """
    return json.dumps(plain(content), sort_keys=True, separators=(",", ":"), allow_nan=False)


def plain(value: object) -> Any:
    """Return ``value`` in JSON's own types; raise TypeError for a float, a naive instant or an unknown type."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Decimal | UUID | date):
        return str(value)
    raise TypeError(f"An audit event cannot hold a {type(value).__name__}.")


def instant(at: datetime) -> str:
    """Return an aware instant in UTC with microseconds, as both engines keep it; a naive one raises TypeError."""
    if at.tzinfo is None:
        raise TypeError("An audit event cannot hold an instant without a time zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def hash_of(event: AuditEvent) -> str:
    """Return sha256 over the previous hash and the canonical JSON of every other field of ``event``."""
    fields = {
        "seq": event.seq,
        "at": event.at,
        "event": event.event,
        "actor": event.actor_id,
        "actor_role": event.actor_role,
        "device": event.device_id,
        "site": event.site_id,
        "subject": event.subject,
        "subject_id": event.subject_id,
        "patient_id": event.patient_id,
        "course_id": event.course_id,
        "body": event.body,
    }
    return hashlib.sha256((event.prev_hash + canonical(fields)).encode()).hexdigest()
