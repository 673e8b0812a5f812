"""Which rule files came with this release, and may they be used?"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Protocol as Shape
from typing import TypeVar

import msgspec

from dosing.domain.inputs import InputRules
from dosing.domain.loaded import Loaded
from dosing.domain.protocol import Protocol
from dosing.domain.regimen import Regimen
from dosing.rules import plain_yaml
from dosing.rules.checks import input_faults, protocol_faults, regimen_faults

RELEASED = "released.json"
FOLDERS = (
    "inputs", "protocols", "regimens", "regimens/planned", "delays", "eligibility", "fits", "response", "retreatment",
)  # fmt: skip


class Versioned(Shape):
    """What every rule file says of itself."""

    @property
    def id(self) -> str:
        """The file's key."""

    @property
    def version(self) -> int:
        """Its version, from 1."""


Rules = TypeVar("Rules", bound=Versioned)


class RuleFileRefused(ValueError):
    """A rule file cannot be used; the sentence names the file and the place in it."""


def load_protocol(key: str, version: int | None = None) -> Loaded[Protocol]:
    """Return a hold protocol, or the CTCAE gate, of this release; None: its newest version.

    Raises RuleFileRefused when there is none or the file breaks its schema.
    """
    return load_file("protocols", key, version, parse_protocol)


def load_regimen(key: str, version: int | None = None) -> Loaded[Regimen]:
    """Return a regimen of this release; None: its newest version. Raises RuleFileRefused."""
    return load_file("regimens", key, version, parse_regimen)


def load_inputs(version: int | None = None) -> Loaded[InputRules]:
    """Return the contract of inputs of this release; None: its newest version. Raises RuleFileRefused."""
    return load_file("inputs", "inputs", version, parse_inputs)


def protocol_keys() -> tuple[str, ...]:
    """The keys of all protocols of this release, sorted."""
    return keys_in("protocols")


def regimen_keys() -> tuple[str, ...]:
    """The keys of all bolus regimens of this release, sorted: those that the ward's gate can run dose by dose."""
    return keys_in("regimens")


def keys_in(folder: str) -> tuple[str, ...]:
    """The keys of all rule files in one of ``FOLDERS``, sorted."""
    return tuple(sorted({name.split(".")[0] for name in _names(folder)}))


@cache
def parse_protocol(text: str, name: str = "protocol") -> Loaded[Protocol]:
    """Check and read a protocol's text, for instance one pinned to a course. Raises RuleFileRefused."""
    return parse_file(text, name, Protocol, protocol_faults)


@cache
def parse_regimen(text: str, name: str = "regimen") -> Loaded[Regimen]:
    """Check and read a regimen's text. Raises RuleFileRefused."""
    return parse_file(text, name, Regimen, regimen_faults)


@cache
def parse_inputs(text: str, name: str = "inputs") -> Loaded[InputRules]:
    """Check and read the text of a contract of inputs. Raises RuleFileRefused."""
    return parse_file(text, name, InputRules, input_faults)


def verify_released() -> None:
    """Compare every rule file with the hashes of the release; RuleFileRefused names what was altered."""
    listed: dict[str, str] = json.loads(_root().joinpath(RELEASED).read_text("utf-8"))
    for path, found in released_hashes().items():
        if path not in listed:
            raise RuleFileRefused(f"rule file {path} is not part of the release")
        if listed.pop(path) != found:
            raise RuleFileRefused(f"rule file {path} was altered after its release")
    if listed:
        raise RuleFileRefused(f"rule file {min(listed)} of the release is missing")


def released_hashes() -> dict[str, str]:
    """Return the sha256 of every rule file as it is now, by its path below the rules."""
    return {
        f"{folder}/{name}": sha256(_root().joinpath(folder, name).read_bytes()).hexdigest()
        for folder in FOLDERS
        for name in _names(folder)
    }


def load_file(folder: str, key: str, version: int | None, parse: Callable[[str, str], Loaded[Rules]]) -> Loaded[Rules]:
    """Return a rule file of one of ``FOLDERS``; ``version`` None: its newest. Raises RuleFileRefused."""
    versions = {_version_of(name): name for name in _names(folder) if _key_of(name) == key}
    if not versions:
        raise RuleFileRefused(f"no rule file {folder}/{key} in this release")
    name = versions.get(max(versions) if version is None else version)
    if name is None:
        raise RuleFileRefused(f"no version {version} of {folder}/{key} in this release")
    loaded = parse(_root().joinpath(folder, name).read_bytes().decode("utf-8"), f"{folder}/{name}")
    if (loaded.key, loaded.version) != (_key_of(name), _version_of(name)):
        raise RuleFileRefused(f"{folder}/{name} says that it is {loaded.key} version {loaded.version}")
    return loaded


def parse_file(text: str, name: str, kind: type[Rules], faults: Callable[[Rules], list[str]]) -> Loaded[Rules]:
    """Read a rule file's text as ``kind`` and refuse one with ``faults``. Raises RuleFileRefused."""
    try:
        value = msgspec.convert(plain_yaml.read(text), kind, strict=False)
    except (plain_yaml.NotPlain, msgspec.ValidationError) as error:
        raise RuleFileRefused(f"{name}: {error}") from error
    found = faults(value)
    if found:
        raise RuleFileRefused(f"{name}: {'; '.join(found)}")
    digest = sha256(text.encode("utf-8")).hexdigest()
    return Loaded(value.id, value.version, digest, text, value)


def _root() -> Traversable:
    return files("dosing.rules")


def _names(folder: str) -> list[str]:
    return sorted(entry.name for entry in _root().joinpath(folder).iterdir() if entry.name.endswith(".yaml"))


def _key_of(name: str) -> str:
    return "inputs" if name.startswith("v") else name.split(".", maxsplit=1)[0]


def _version_of(name: str) -> int:
    return int(name.removesuffix(".yaml").rpartition("v")[2])
