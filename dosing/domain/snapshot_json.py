"""How is a snapshot kept, read back and recognised as the same?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from dosing.domain.snapshot import Snapshot

SCHEMA_VERSION = 1


def snapshot_to_json(snapshot: Snapshot) -> dict[str, Any]:
    """Return everything a snapshot says, in plain JSON values; numbers as text, times in UTC.

    Facts are listed once each and in a fixed order, so that equal evidence is equal text. Raises ValueError for
    a time without a zone.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "at": _instant(snapshot.at),
        "course": _plain(snapshot.course),
        "readings": _unique(_plain(reading) for reading in snapshot.readings),
        "answers": _unique(_plain(answer) for answer in snapshot.answers),
        "grades": _unique(_plain(grade) for grade in snapshot.grades),
        "being_assessed": snapshot.being_assessed,
    }


def snapshot_from_json(stored: Mapping[str, Any]) -> Snapshot:
    """Read a stored snapshot back. Raises ValueError when it has another schema or is not one."""
    version = stored.get("schema_version")
    if version != SCHEMA_VERSION:
        raise ValueError(f"snapshot has schema version {version!r}; this program reads {SCHEMA_VERSION}")
    fields = {key: value for key, value in stored.items() if key != "schema_version"}
    try:
        return msgspec.convert(fields, Snapshot)
    except msgspec.ValidationError as error:
        raise ValueError(f"stored snapshot cannot be read: {error}") from error


def inputs_hash(snapshot: Snapshot) -> str:
    """Return the sha256 of the snapshot's canonical JSON; order and repetition of facts do not change it."""
    return sha256(_canonical(snapshot_to_json(snapshot)).encode()).hexdigest()


def _plain(part: Any) -> dict[str, Any]:
    return {name: _value(getattr(part, name)) for name in part.__dataclass_fields__}


def _value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value)


def _instant(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError(f"time {instant.isoformat()} has no zone; times are aware instants")
    return instant.astimezone(UTC).isoformat()


def _unique(facts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    by_text = {_canonical(fact): fact for fact in facts}
    return [by_text[text] for text in sorted(by_text)]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
