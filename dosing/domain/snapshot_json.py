"""How is a snapshot kept, read back and recognised as the same?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from hashlib import sha256
from operator import attrgetter
from typing import Any

import msgspec

from dosing.domain.snapshot import Answer, CourseFacts, Reading, Snapshot, TermGrade

SCHEMA_VERSION = 1
_COURSE, _READING, _ANSWER, _GRADE = (
    tuple(field.name for field in fields(part)) for part in (CourseFacts, Reading, Answer, TermGrade)
)


def snapshot_to_json(snapshot: Snapshot) -> dict[str, Any]:
    """Return everything a snapshot says, in plain JSON values; numbers as text, times in UTC.

    Facts are listed once each and in a fixed order, so that equal evidence is equal text. Raises ValueError for
    a time without a zone.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "at": _instant(snapshot.at),
        "course": _plain(snapshot.course, _COURSE),
        "readings": _unique(_plain(reading, _READING) for reading in snapshot.readings),
        "answers": _unique(_plain(answer, _ANSWER) for answer in snapshot.answers),
        "grades": _unique(_plain(grade, _GRADE) for grade in snapshot.grades),
        "being_assessed": snapshot.being_assessed,
    }


def snapshot_from_json(stored: Mapping[str, Any]) -> Snapshot:
    """Read a stored snapshot back. Raises ValueError when it has another schema or is not one."""
    version = stored.get("schema_version")
    if version != SCHEMA_VERSION:
        raise ValueError(f"snapshot has schema version {version!r}; this program reads {SCHEMA_VERSION}")
    body = {key: value for key, value in stored.items() if key != "schema_version"}
    try:
        return msgspec.convert(body, Snapshot)
    except msgspec.ValidationError as error:
        raise ValueError(f"stored snapshot cannot be read: {error}") from error


def inputs_hash(snapshot: Snapshot) -> str:
    """Return the sha256 of the snapshot's canonical JSON; order and repetition of facts do not change it."""
    return sha256(_canonical(snapshot_to_json(snapshot))).hexdigest()


def _plain(part: object, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of the contract; what a richer kind of reading knows besides is no part of the snapshot."""
    return dict(zip(names, map(_value, attrgetter(*names)(part)), strict=True))


def _value(value: Any) -> Any:
    if value is None or type(value) in (str, bool, int):
        return value
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value)


def _instant(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError(f"time {instant.isoformat()} has no zone; times are aware instants")
    return (instant if instant.tzinfo is UTC else instant.astimezone(UTC)).isoformat()


def _unique(facts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    by_text = {_canonical(fact): fact for fact in facts}
    return [by_text[text] for text in sorted(by_text)]


def _canonical(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")
