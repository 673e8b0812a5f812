"""What does a rule file say, as plain text values, and does it say anything twice?"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.nodes import Node, ScalarNode, SequenceNode

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotPlain(ValueError):
    """The text is not YAML of mappings, lists and scalars, or names a key twice."""


def read(text: str) -> Any:
    """Return mappings, lists and text; every scalar stays text, so that no number passes through a float.

    Raises NotPlain with the line.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise NotPlain(f"not YAML: {error}") from error
    if node is None:
        raise NotPlain("empty")
    return _value(node)


def _value(node: Node) -> Any:
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [_value(item) for item in node.value]
    return _mapping(node)


def _mapping(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            raise NotPlain(f"line {key.start_mark.line + 1}: a key must be plain text")
        if key.value in found:
            raise NotPlain(f"line {key.start_mark.line + 1}: key {key.value} stands twice")
        found[key.value] = _value(value)
    return found
