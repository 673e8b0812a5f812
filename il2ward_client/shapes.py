"""What is sent to and answered by the JSON interface; a test holds these against its OpenAPI schema."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

Resource = dict[str, Any]


class PatientRef(TypedDict, total=False):
    """Who it is about: exactly one of the record number and the id."""

    mrn: str
    id: str


class Coding(TypedDict, total=False):
    """A code in its code system."""

    code: str
    system: str


class _Always(TypedDict):
    patient: PatientRef
    observed_at: str


class Item(_Always, total=False):
    """One measured or charted fact: ``observable`` or ``code`` says what, ``value`` or ``coded`` what was found.

    ``value`` is text, so that the digits stay as they were. ``id`` and ``version`` are your own: the same again
    stores nothing twice. Times carry their offset.
    """

    observable: str
    code: Coding
    value: str
    coded: str
    comparator: Literal["", "<", "<=", ">", ">="]
    unit: str
    interval_start: str
    status: Literal["preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error"]
    range_low: str
    range_high: str
    id: str
    version: str
    replaces: str
    reason: str


class Wrong(TypedDict):
    """One wrong value: where it stood, what it was and what is allowed there."""

    path: str
    value: str
    allowed: str


class ItemResult(TypedDict, total=False):
    """What became of one item, by its place in what was sent."""

    index: int
    result: Literal["stored", "not_gradable", "repeated", "conflict", "refused"]
    id: str
    why: str
    errors: list[Wrong]
