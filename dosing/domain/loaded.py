"""Which rule file, exactly, is in use: its identity, its text and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T_co]):
    """A rule file after its schema check; ``sha256`` is of the bytes of ``text`` in UTF-8."""

    key: str
    version: int
    sha256: str
    text: str
    value: T_co
