"""Which observables and CTCAE rows the service works with: read, checked against their schema, and pinned by hash."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from dosing.domain.loaded import Loaded
from monitoring.domain.ctcae import Ctcae
from monitoring.domain.observable import Observables
from monitoring.rules.ctcae_file import read_ctcae
from monitoring.rules.faults import RuleFileIsInvalid
from monitoring.rules.observables_file import read_observables

FOLDER = Path(__file__).parent
OBSERVABLES = "observables.json"
RELEASED = "released.json"
VERSIONS = {"3.0": "ctcae/v3.json", "4.03": "ctcae/v4_03.json", "5.0": "ctcae/v5.json", "6.0": "ctcae/v6.json"}


def sha256_of(text: str) -> str:
    """Return the hex SHA-256 of a rule file's text, as pinned on courses and grades."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse_observables(text: str) -> Observables:
    """Read an observables file's text. Raises RuleFileIsInvalid, naming the row, when it breaks the schema."""
    return read_observables(text, sha256_of(text))


def parse_ctcae(text: str) -> Ctcae:
    """Read a CTCAE file's text. Raises RuleFileIsInvalid, naming the row, when it breaks the schema."""
    return read_ctcae(text, sha256_of(text))


@cache
def load_observables() -> Loaded[Observables]:
    """Return the released table of observables with the text a course pins."""
    text = (FOLDER / OBSERVABLES).read_text(encoding="utf-8")
    return Loaded("observables", 1, sha256_of(text), text, parse_observables(text))


@cache
def load_ctcae(version: str) -> Loaded[Ctcae]:
    """Return one released version, "3.0", "4.03", "5.0" or "6.0", with the text a course pins.

    Raises RuleFileIsInvalid for any other version.
    """
    name = VERSIONS.get(version)
    if name is None:
        raise RuleFileIsInvalid(f"CTCAE {version} is not among {', '.join(VERSIONS)}")
    text = (FOLDER / name).read_text(encoding="utf-8")
    return Loaded(f"ctcae-{version}", 1, sha256_of(text), text, parse_ctcae(text))


def released_texts() -> dict[str, str]:
    """Return every rule file's text by its name in the folder."""
    names = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json") if path.name != RELEASED)
    return {name: (FOLDER / name).read_text(encoding="utf-8") for name in names}


def verify_released() -> tuple[str, ...]:
    """Return one sentence for every rule file that differs from its released hash; () when all agree."""
    released: dict[str, str] = json.loads((FOLDER / RELEASED).read_text(encoding="utf-8"))
    present = {name: sha256_of(text) for name, text in released_texts().items()}
    return tuple(
        f"{name}: {'not released' if name not in released else 'missing or changed after its release'}"
        for name in sorted(released.keys() | present.keys())
        if released.get(name) != present.get(name)
    )
