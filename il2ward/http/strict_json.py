"""What does this body say, exactly? JSON with every number's text kept, no double keys, bounded size and depth."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_BYTES = 1024 * 1024
MOST_DEPTH = 32
MOST_WHOLE_DIGITS = 18
# Such characters can only stand in JSON as escapes.
_MAY_BE_NO_TEXT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class NumberText(str):
    """A JSON number as it was written: ``3.40`` stays ``3.40``; no float is ever made of it."""

    __slots__ = ()


class BadJson(ValueError):
    """A body that is not the JSON we take; the message says where and why."""


class TooLarge(ValueError):
    """A body of more than 1 MiB."""


def parse(body: bytes) -> Any:
    """Return the parsed body. Whole numbers of up to 18 digits become int, every other number NumberText.

    Raises TooLarge above 1 MiB; BadJson for anything that is not JSON in UTF-8, for a key that stands twice in one
    object, for NaN and Infinity, for nesting deeper than 32, and for text that no database keeps.
    """
    if len(body) > MOST_BYTES:
        raise TooLarge(f"The body has {len(body)} bytes; at most {MOST_BYTES} are taken.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJson(f"The body is not UTF-8 (byte {error.start}).") from error
    return parse_large(text)


def parse_large(text: str) -> Any:
    """Return the parsed text of any size, with the other rules of ``parse``; for files, never for requests."""
    try:
        tree = json.loads(
            text,
            parse_float=NumberText,
            parse_int=_whole,
            parse_constant=_no_constant,
            object_pairs_hook=_no_double_keys,
        )
    except json.JSONDecodeError as error:
        raise BadJson(f"The body is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).") from error
    except RecursionError as error:
        raise BadJson(f"The body nests deeper than {MOST_DEPTH} levels.") from error
    _check_depth(tree)
    if _MAY_BE_NO_TEXT.search(text):
        _check_texts(tree)
    return tree


def _whole(text: str) -> int | NumberText:
    kept_as_text = len(text) > MOST_WHOLE_DIGITS or text == "-0"
    return NumberText(text) if kept_as_text else int(text)


def _no_constant(word: str) -> None:
    raise BadJson(f"The body is not JSON: {word} is not a number.")


def _no_double_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadJson(f"The key {key[:40]!r} stands twice in one object.")
        found[key] = value
    return found


def _check_depth(tree: Any) -> None:
    level = [tree]
    for _ in range(MOST_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise BadJson(f"The body nests deeper than {MOST_DEPTH} levels.")


def _check_texts(tree: Any) -> None:
    """Refuse the character 0 and halves of characters: neither can be stored, nor be sent back as UTF-8."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting += [*node.keys(), *node.values()]
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, str) and _NO_TEXT.search(node):
            raise BadJson("The body holds the character 0, or half of a character, which is no text.")


def _children(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        return (value for value in node.values() if isinstance(value, dict | list))
    if isinstance(node, list):
        return (value for value in node if isinstance(value, dict | list))
    return iter(())
