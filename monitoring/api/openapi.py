"""What does the JSON interface look like to a program? OpenAPI 3.1, made from the addresses, views and body types."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from django.urls import URLPattern, URLResolver, get_resolver

from monitoring.api.answers import ObservationResults, ProblemTold
from monitoring.api.examples import EXAMPLES
from monitoring.api.payloads import ObservationBatch, ObservationItem

VERSION = "1.0"
REF = "#/components/schemas/{name}"
METHODS = ("get", "post", "put", "patch", "delete")
# The schema does not tell of itself.
LEFT_OUT = ("schema",)
NO_NUL = "^[^\\x00]*$"
_PARAMETER = re.compile(r"<(?P<kind>int|uuid|str):(?P<name>\w+)>")
_KINDS: dict[str, dict[str, Any]] = {
    "int": {"type": "integer", "minimum": 0},
    "uuid": {"type": "string", "format": "uuid"},
    "str": {"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
}
REFUSALS = {
    "400": "Not JSON, or the Idempotency-Key is missing.",
    "401": "No credential, or one that does not hold.",
    "403": "The role or the key may not do this.",
    "404": "Nothing with this id is in reach; whether it is elsewhere is not said.",
    "409": "Not as things stand; `assessment` says how they stand now.",
    "413": "More than 1 MiB.",
    "415": "Another content type than application/json.",
    "422": "Wrong content: path, value and what is allowed there.",
    "429": "Too many wrong passwords, or more requests than a working ward ever makes.",
}
DESCRIPTION = """What a ward's screens do, for programs. Every act needs an `Idempotency-Key`; a refusal is
`application/problem+json`; times carry their offset; amounts of drug are whole international units.

**Versions.** `/api/v1/` only grows: new addresses, new optional fields, new values of a word that is marked as open.
A field, an address or a meaning is taken away only with `/api/v2/`, and then both are served for at least twelve
months; an address that will go answers with `Deprecation` and `Sunset` headers from the day that is decided."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address: where, by which function of which view, and what it may be sent."""

    path: str
    name: str
    method: str
    view: type[Any]
    body: tuple[type[Any], ...]
    needs_key: bool


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    operations = list(operations_of())
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(plain_path(one.path), {})[one.method] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "il2ward", "version": VERSION, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{"device_key": []}, {"session": []}, {"system_token": []}],
        "paths": paths,
        "components": {"schemas": _schemas(operations), "securitySchemes": _credentials()},
    }


def operations_of() -> Iterator[Operation]:
    """Yield every operation of the interface: an address that is added is told without being written down twice."""
    resolvers = [one for one in get_resolver().url_patterns if isinstance(one, URLResolver)]
    interface = next(one for one in resolvers if one.app_name == "api")
    for path, name, view in _patterns(interface.url_patterns, f"/{interface.pattern}"):
        for method in METHODS:
            handler = getattr(view, method, None)
            if handler is not None and name not in LEFT_OUT:
                yield Operation(path, name, method, view, _bodies(handler), _needs_key(view, handler))


def _patterns(patterns: list[Any], prefix: str) -> Iterator[tuple[str, str, type[Any]]]:
    for one in patterns:
        where = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns, where)
        elif isinstance(one, URLPattern) and hasattr(one.callback, "view_class"):
            yield where, str(one.name), one.callback.view_class


def _bodies(handler: Callable[..., Any]) -> tuple[type[Any], ...]:
    """The body types that the function reads: the very ones, so that schema and code cannot differ."""
    names = handler.__code__.co_names
    found = [handler.__globals__.get(name) for name in names]
    bodies = tuple(one for one in found if isinstance(one, type) and issubclass(one, msgspec.Struct))
    return (ObservationItem, ObservationBatch) if ObservationBatch in bodies else bodies


def _needs_key(view: type[Any], handler: Callable[..., Any]) -> bool:
    """Whether the act demands an Idempotency-Key, here or in the ``once`` that it goes through."""
    sources = [inspect.getsource(handler)]
    if "self.once(" in sources[0]:
        sources.append(inspect.getsource(view.once))
    return any("required=True" in source for source in sources)


def _operation(one: Operation) -> dict[str, Any]:
    summary, _, rest = (inspect.getdoc(getattr(one.view, one.method)) or one.name).partition("\n")
    told: dict[str, Any] = {
        "operationId": f"{one.method}-{one.name}",
        "tags": [one.view.__module__.rpartition(".")[2]],
        "summary": summary,
        "description": f"{inspect.getdoc(one.view) or ''} {rest}".strip(),
        "parameters": [*_path_parameters(one.path), *_query_parameters(one), *_key_parameter(one)],
        "responses": _responses(one),
    }
    if one.body:
        told["requestBody"] = {"required": True, "content": {"application/json": _content(one)}}
    return told


def _content(one: Operation) -> dict[str, Any]:
    refs = [{"$ref": REF.format(name=body.__name__)} for body in one.body]
    examples = {name: {"value": value} for name, value in EXAMPLES.get(one.name, {}).items()}
    return {"schema": refs[0] if len(refs) == 1 else {"oneOf": refs}} | ({"examples": examples} if examples else {})


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for match in _PARAMETER.finditer(path):
        yield {"name": match["name"], "in": "path", "required": True, "schema": _KINDS[match["kind"]]}


def _query_parameters(one: Operation) -> Iterator[dict[str, Any]]:
    for name, about in getattr(one.view, "query", {}).items() if one.method == "get" else ():
        yield {"name": name, "in": "query", "required": False, "description": about, "schema": {"type": "string"}}


def _key_parameter(one: Operation) -> Iterator[dict[str, Any]]:
    if one.method != "get":
        about = "The same key and body again are answered as the first time, and nothing is done twice."
        yield {"name": "Idempotency-Key", "in": "header", "required": one.needs_key, "description": about,
               "schema": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[!-~]+$"}}  # fmt: skip


def _responses(one: Operation) -> dict[str, Any]:
    refused = {"content": {"application/problem+json": {"schema": {"$ref": REF.format(name="ProblemTold")}}}}
    whole: dict[str, Any] = {"type": "object"}
    shape = {"$ref": REF.format(name="ObservationResults")} if one.name == "observations" else whole
    shape = {"type": "string"} if hasattr(one.view, "answers") else shape
    done = {"description": "Done.", "content": {getattr(one.view, "answers", "application/json"): {"schema": shape}}}
    told: dict[str, Any] = {"200": done} if one.method == "get" else {"200": done, "201": done}
    return told | {status: {"description": about, **refused} for status, about in REFUSALS.items()}


def _schemas(operations: list[Operation]) -> dict[str, Any]:
    types = dict.fromkeys(body for one in operations for body in one.body)
    _, components = msgspec.json.schema_components([*types, ProblemTold, ObservationResults], ref_template=REF)
    # Items are read one by one, so that a bad one sinks nothing: the type says Any, the reader says this.
    batch = components["ObservationBatch"]["properties"]["observations"]
    batch["items"] = {"$ref": REF.format(name="ObservationItem")}
    return {name: _as_text(_with_numbers(schema)) for name, schema in components.items()}


def _as_text(node: Any) -> Any:
    """No text holds the character 0: databases keep none that does."""
    if isinstance(node, list):
        return [_as_text(one) for one in node]
    if not isinstance(node, dict):
        return node
    told = {name: _as_text(one) for name, one in node.items()}
    if isinstance(told.get("additionalProperties"), dict):
        told["propertyNames"] = {"pattern": NO_NUL}
    is_plain = told.get("type") == "string" and not {"pattern", "format", "enum"} & told.keys()
    return told | {"pattern": NO_NUL} if is_plain else told


def _with_numbers(node: Any) -> Any:
    """A number is taken as JSON text or as a JSON number, whole or not: its characters are kept either way."""
    if isinstance(node, list):
        return [{"type": "number"} if one == {"type": "integer"} else _with_numbers(one) for one in node]
    if isinstance(node, dict):
        return {name: _with_numbers(one) for name, one in node.items()}
    return node


def _credentials() -> dict[str, Any]:
    return {
        "device_key": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Api-Key il2_…`"},
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "with the CSRF token"},
        "system_token": {"type": "http", "scheme": "bearer", "description": "SMART Backend Services"},
    }


def plain_path(path: str) -> str:
    """Return the address as OpenAPI writes it."""
    return _PARAMETER.sub(r"{\g<name>}", path)
