"""How is a snapshot kept, read back and recognised as the same?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
        "at": _utc(snapshot.at).isoformat(),
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
    """Return the sha256 of the snapshot's canonical JSON; order and repetition of facts do not change it.

    The canonical form lists each fact's fields without their names, each fact once, sorted. Raises ValueError for
    a time without a zone.
    """
    reading_of, answer_of, grade_of = (attrgetter(*names) for names in (_READING, _ANSWER, _GRADE))
    parts = [
        [_course_line(snapshot.course), _encoded([_utc(snapshot.at), snapshot.being_assessed])],
        sorted({_line(reading, reading_of) for reading in snapshot.readings}),
        sorted({_line(answer, answer_of) for answer in snapshot.answers}),
        sorted({_line(grade, grade_of) for grade in snapshot.grades}),
    ]
    return sha256(b"\n\n".join(b"\n".join(lines) for lines in parts)).hexdigest()


def _line(part: object, get: Callable[[object], tuple[Any, ...]]) -> bytes:
    return _encoded([_utc(value) if isinstance(value, datetime) else value for value in get(part)])


def _course_line(course: CourseFacts) -> bytes:
    plain = _plain(course, _COURSE)
    return _encoded(list(plain.values()))


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"time {instant.isoformat()} has no zone; times are aware instants")
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


def _plain(part: object, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of the contract; what a richer kind of reading knows besides is no part of the snapshot."""
    return dict(zip(names, map(_value, attrgetter(*names)(part)), strict=True))


def _value(value: Any) -> Any:
    if value is None or type(value) in (str, bool, int):
        return value
    if isinstance(value, datetime):
        return _utc(value).isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value)


def _unique(facts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    by_text = {_encoded(fact): fact for fact in facts}
    return [by_text[text] for text in sorted(by_text)]


def _encoded(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")
