"""What is one guard: a trigger by which the database refuses to change evidence?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """One trigger. ``mark`` is what the database says of it when it is in place, whole and switched on."""

    name: str
    table: str
    made_by: str
    mark: str
