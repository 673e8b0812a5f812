"""What does the JSON interface answer, field by field, where a program must rely on it?"""

from __future__ import annotations

from typing import Literal

import msgspec


class Wrong(msgspec.Struct, frozen=True):
    """One wrong value: where it stood, what it was (at most 80 characters) and what is allowed there."""

    path: str
    value: str
    allowed: str


class ProblemTold(msgspec.Struct, frozen=True):
    """A refusal (RFC 9457); ``code`` is permanent, ``detail`` a sentence for people; more fields may follow."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[Wrong]


class ObservationResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one item, by its ``index`` in what was sent. ``id`` is there unless it was refused."""

    index: int
    result: Literal["stored", "not_gradable", "repeated", "conflict", "refused"]
    id: str | msgspec.UnsetType = msgspec.UNSET
    why: str | msgspec.UnsetType = msgspec.UNSET
    errors: list[Wrong] | msgspec.UnsetType = msgspec.UNSET


class ObservationResults(msgspec.Struct, frozen=True):
    """One result for each item, in the order sent."""

    results: list[ObservationResult]
