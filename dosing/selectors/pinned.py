"""What does a pinned rule text say, and is it still the text that was pinned?"""

from __future__ import annotations

from typing import TypeVar

from dosing.domain.inputs import InputRules
from dosing.domain.loaded import Loaded
from dosing.domain.protocol import Protocol
from dosing.domain.regimen_slots import AnyRegimen
from dosing.models import RuleFile
from dosing.rules import loader
from dosing.rules.course_loader import parse_any_regimen

T = TypeVar("T")


class RuleTextAltered(RuntimeError):
    """A rule text in the database is not the one whose hash was pinned; nothing is judged by it."""


def protocol(row: RuleFile) -> Loaded[Protocol]:
    """Return the pinned protocol or overlay; a text is parsed once per process."""
    return _unaltered(row, loader.parse_protocol(row.text))


def inputs(row: RuleFile) -> Loaded[InputRules]:
    """Return the pinned contract of inputs."""
    return _unaltered(row, loader.parse_inputs(row.text))


def regimen(row: RuleFile) -> Loaded[AnyRegimen]:
    """Return the pinned regimen, bolus or with its own calendar."""
    return _unaltered(row, parse_any_regimen(row.text))


def _unaltered(row: RuleFile, loaded: Loaded[T]) -> Loaded[T]:
    if loaded.sha256 != row.sha256:
        raise RuleTextAltered(f"The kept text of {row} is not the one that was pinned.")
    return loaded
