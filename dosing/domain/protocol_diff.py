"""What changed from one version of a rule file to the next, row by row and field by field?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from dosing.domain.wording import plain

Kind = Literal["added", "removed", "changed"]
Rules = TypeVar("Rules", bound=Struct)
# The key is what two versions share and the version is what tells them apart: neither is a change.
IDENTITY = ("id", "version")
ABOUT = "about"
ORDER = "order"


class NotComparable(ValueError):
    """Two rule files of another kind or another key: a difference between them would say nothing."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a row; ``field`` is its path in the file, "" before or after means that it is not there."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is new, gone or different; ``fields`` names what differs, all of a row that is new or gone.

    ``section`` is the part of the file (criteria, combination, inputs …; "about" for what the file says of itself),
    ``row`` the row's id in it; "" is the section as a whole.
    """

    section: str
    row: str
    kind: Kind
    fields: tuple[FieldChange, ...]


Fields = dict[str, Any]
Row = tuple[str, str]


def differences(old: Rules, new: Rules) -> tuple[Change, ...]:
    """Return every difference, in the order of the file's sections and of the ids in them; () when they say the same.

    Numbers are compared as numbers: 3 and 3.0 are the same limit. Raises NotComparable.
    """
    if type(old) is not type(new) or getattr(old, "id", None) != getattr(new, "id", None):
        raise NotComparable("Only two versions of the same rule file can be compared.")
    before, after = _rows(old), _rows(new)
    sections = list(dict.fromkeys([ABOUT, *old.__struct_fields__]))
    rows = sorted({*before, *after}, key=lambda row: (sections.index(row[0]), row[1]))
    changes = (_change(row, before.get(row), after.get(row)) for row in rows)
    return tuple(change for change in changes if change is not None)


def _change(row: Row, before: Fields | None, after: Fields | None) -> Change | None:
    kind: Kind = "added" if before is None else "removed" if after is None else "changed"
    fields = _field_changes(before or {}, after or {})
    return Change(row[0], row[1], kind, fields) if fields else None


def _field_changes(before: Fields, after: Fields) -> tuple[FieldChange, ...]:
    names = dict.fromkeys([*before, *after])
    found = [(name, *_in_common(name, before.get(name), after.get(name))) for name in names]
    return tuple(FieldChange(name, _text(one), _text(two)) for name, one, two in found if one != two)


def _in_common(name: str, before: Any, after: Any) -> tuple[Any, Any]:
    """Of an order, only what both have: what is new or gone is told as a row of its own."""
    if name.rpartition(".")[2] != ORDER:
        return before, after
    before, after = before or (), after or ()
    return [one for one in before if one in after], [one for one in after if one in before]


def _rows(rules: Struct) -> dict[Row, Fields]:
    tree = msgspec.to_builtins(rules, builtin_types=(Decimal,))
    rows: dict[Row, Fields] = {}
    about: Fields = {}
    for section, value in tree.items():
        if section in IDENTITY:
            continue
        by_id = _by_id(section, value)
        if by_id is None and not isinstance(value, dict):
            about |= dict(_flat(section, value))
            continue
        for name, row in ({"": value} if by_id is None else by_id).items():
            rows[section, name] = dict(_flat("", row))
    return {(ABOUT, ""): about, **rows}


def _by_id(section: str, value: Any) -> dict[str, Any] | None:
    """The rows of a section by their ids, with the order in which they stand; None: it is not made of rows."""
    if section == "findings" and isinstance(value, list | tuple):
        value = [
            {**question, "group": group["group"], "id": f"{group['group']}: {question['id']}"}
            for group in value
            for question in group["questions"]
        ]
    if _has_ids(value):
        rows = {row["id"]: {name: one for name, one in row.items() if name != "id"} for row in value}
        return {**rows, "": {ORDER: list(rows)}}
    if isinstance(value, dict) and all(isinstance(row, dict) for row in value.values()):
        return value
    return None


def _has_ids(value: Any) -> bool:
    return (
        isinstance(value, list | tuple) and bool(value) and all(isinstance(row, dict) and "id" in row for row in value)
    )


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every leaf with its path; what is not given, or empty, is no leaf."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _flat(f"{path}.{name}" if path else name, one)
    elif _has_ids(value):
        yield f"{path}.{ORDER}", [row["id"] for row in value]
        for row in value:
            yield from _flat(f"{path}.{row['id']}", {name: one for name, one in row.items() if name != "id"})
    elif isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
        for number, one in enumerate(value, start=1):
            yield from _flat(f"{path}.{number}", one)
    elif value is not None and value not in ("", (), []):
        yield path, value


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list | tuple):
        return ", ".join(_text(one) for one in value)
    return "" if value is None else str(value)
