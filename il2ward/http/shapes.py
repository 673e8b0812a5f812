"""Does this tree have the shape we ask for? If not: which path, which value, and what is allowed there."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from il2ward.http.problems import FieldError, Problem, shown
from il2ward.http.strict_json import NumberText

T = TypeVar("T")
_WHERE = re.compile(r"^(?P<said>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")
_WHOLE = re.compile(r"-?[0-9]{1,18}\.0+")
_NAMED = re.compile(r"field `(?P<name>[^`]+)`")
INSTANT = "an instant with its offset, such as 2026-11-21T06:40:00Z"


class WrongShape(Exception):
    """A tree that does not fit; ``errors`` names each wrong value."""

    def __init__(self, errors: list[FieldError]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error.path}: {error.allowed}" for error in errors))


def fit(tree: Any, shape: type[T], *, at: str = "$") -> T:
    """Return ``tree`` as ``shape``, strictly: no text becomes a number, no unknown field is dropped.

    Where a whole number belongs, one written with a fraction of zero (``90.0``) is one. ``at`` is the path of ``tree``
    in its body. Raises WrongShape.
    """
    while True:
        try:
            return msgspec.convert(tree, shape, strict=True)
        except msgspec.ValidationError as error:
            if not _made_whole(tree, str(error)):
                raise WrongShape([_located(str(error), tree, at, shape)]) from error


def _made_whole(tree: Any, message: str) -> bool:
    """Put a whole number in place of one that the message complains of, and say whether there was one."""
    found = _WHERE.match(message)
    steps = _STEP.findall(found["path"] or "") if found and found["said"].startswith("Expected `int") else []
    if not steps or any(index == "..." for _, index in steps):
        return False
    *_, (name, index) = steps
    parent = _value(tree, found["path"][: -len(f".{name}" if name else f"[{index}]")] if found else "")
    key: Any = name or int(index)
    value = parent[key]
    if not isinstance(value, NumberText) or _WHOLE.fullmatch(value) is None:
        return False
    parent[key] = int(value.partition(".")[0])
    return True


def fit_body(tree: Any, shape: type[T]) -> T:
    """Return the whole body as ``shape``; raises the 422 problem that names the wrong value."""
    try:
        return fit(tree, shape)
    except WrongShape as wrong:
        raise unprocessable(wrong.errors) from wrong


def unprocessable(errors: list[FieldError]) -> Problem:
    """Return the 422 problem for ``errors``."""
    first = errors[0]
    return Problem(422, "wrong-content", f"{first.path}: {first.allowed}, not {first.value}", errors)


def instant(text: str, *, path: str) -> datetime:
    """Return an aware instant; a time without offset is refused, because nobody knows which hour it means."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongShape([FieldError(path, shown(text), INSTANT)]) from error
    if read.tzinfo is None or "T" not in text:
        raise WrongShape([FieldError(path, shown(text), INSTANT)])
    return read


def _located(message: str, tree: Any, at: str, shape: Any) -> FieldError:
    match = _WHERE.match(message)
    said, path = (match["said"], match["path"] or "$") if match else (message, "$")
    named = _NAMED.search(said)
    if named and "missing" in said:
        return FieldError(_join(at, f"{path}.{named['name']}"), "nothing", "a value: the field is required")
    if named:
        path = f"{path}.{named['name']}"
        return FieldError(_join(at, path), shown(_value(tree, path)), "no field of that name is taken here")
    allowed = _choices(shape, path) if said.startswith("Invalid enum value") else said.replace("`", "")
    return FieldError(_join(at, path), shown(_value(tree, path)), allowed)


def _choices(shape: Any, path: str) -> str:
    """Name the words that may stand at ``path``, which msgspec's message leaves out."""
    node: Any = msgspec.inspect.type_info(shape)
    for name, _ in _STEP.findall(path):
        node = _inner(node, name)
    values = getattr(node, "values", ())
    return "one of " + ", ".join(repr(value) for value in values)


def _inner(node: Any, name: str) -> Any:
    if name:
        fields = {field.encode_name: field.type for field in getattr(node, "fields", ())}
        return fields.get(name)
    return getattr(node, "item_type", None)


def _join(at: str, path: str) -> str:
    return at + path.removeprefix("$")


def _value(tree: Any, path: str) -> Any:
    for name, index in _STEP.findall(path):
        if name and isinstance(tree, dict):
            tree = tree.get(name)
        elif index.isdigit() and isinstance(tree, list) and int(index) < len(tree):
            tree = tree[int(index)]
        else:
            return tree
    return tree
