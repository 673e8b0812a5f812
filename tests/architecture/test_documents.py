"""Is what an operator can set, run or install written down, and is what is written down real?"""

from __future__ import annotations

import re

import pytest
from django.core.management import get_commands

from tests.architecture.source import PACKAGES, ROOT, committed_files, source_files, text_of

OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
DEPENDENCIES = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
SETTING = re.compile(r"IL2WARD_[A-Z0-9_]+")
OWN_COMMANDS = sorted(name for name, app in get_commands().items() if str(app).split(".")[0] in PACKAGES)


def settings_read() -> set[str]:
    """Return the name of every variable that the settings read from the environment."""
    files = [path for path in source_files() if path.parts[:2] == ("il2ward", "settings")]
    reading = re.compile(r"env\.(text|secret|flag|whole|choice|names|folder|zone)\(\s*\"(IL2WARD_[A-Z0-9_]+)\"")
    found = [(kind, name) for path in files for kind, name in reading.findall(text_of(path))]
    return {name for _, name in found} | {f"{name}_FILE" for kind, name in found if kind == "secret"}


@pytest.mark.parametrize("name", OWN_COMMANDS)
def test_command_is_documented_for_its_operator(name: str) -> None:
    assert f"`{name}`" in OPERATIONS or f"`{name} " in OPERATIONS


@pytest.mark.parametrize("name", sorted(settings_read()))
def test_setting_is_documented_for_its_operator(name: str) -> None:
    assert f"`{name}`" in OPERATIONS


def test_every_documented_setting_is_read_somewhere() -> None:
    real = settings_read() | set(SETTING.findall((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))

    assert sorted(set(SETTING.findall(OPERATIONS)) - real) == []


def test_every_make_target_is_explained_by_make_help() -> None:
    targets = re.findall(r"^([a-z][a-z-]*):(.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert [name for name, rest in targets if "## " not in rest] == []


@pytest.mark.parametrize("kind", ["runtime", "dev", "node"])
def test_every_wanted_package_has_its_reason_written_down(kind: str) -> None:
    wanted = (ROOT / f"requirements/{kind}.in").read_text(encoding="utf-8").splitlines()
    names = [re.split(r"[\[<>=;~ ]", line)[0] for line in wanted if line and line[0] not in "#-"]

    assert [name for name in names if f"`{name}`" not in DEPENDENCIES] == []


def test_no_committed_document_is_empty() -> None:
    documents = [path for path in committed_files() if path.suffix == ".md"]

    assert documents
    assert [str(path) for path in documents if not text_of(path).strip()] == []
