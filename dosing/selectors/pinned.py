"""What does a pinned rule text say? Each text is parsed once per process."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from dosing.domain.inputs import InputRules
from dosing.domain.loaded import Loaded
from dosing.domain.protocol import Overlay, Protocol
from dosing.domain.regimen import Regimen
from dosing.models import RuleFile
from dosing.rules import loader

T = TypeVar("T")


def protocol(row: RuleFile) -> Loaded[Protocol]:
    """Return the pinned protocol."""
    return _loaded(row, _protocol(row.sha256, row.text))


def overlay(row: RuleFile) -> Loaded[Overlay]:
    """Return the pinned overlay."""
    return _loaded(row, _overlay(row.sha256, row.text))


def inputs(row: RuleFile) -> Loaded[InputRules]:
    """Return the pinned input rules."""
    return _loaded(row, _inputs(row.sha256, row.text))


def regimen(row: RuleFile) -> Loaded[Regimen]:
    """Return the pinned regimen."""
    return _loaded(row, _regimen(row.sha256, row.text))


def _loaded(row: RuleFile, value: T) -> Loaded[T]:
    return Loaded(key=row.key, version=row.version, sha256=row.sha256, text=row.text, value=value)


@lru_cache(maxsize=32)
def _protocol(_sha256: str, text: str) -> Protocol:
    return loader.parse_protocol(text)


@lru_cache(maxsize=32)
def _overlay(_sha256: str, text: str) -> Overlay:
    return loader.parse_overlay(text)


@lru_cache(maxsize=32)
def _inputs(_sha256: str, text: str) -> InputRules:
    return loader.parse_inputs(text)


@lru_cache(maxsize=32)
def _regimen(_sha256: str, text: str) -> Regimen:
    return loader.parse_regimen(text)
