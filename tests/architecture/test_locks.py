"""Is every dependency locked to its content, and does nothing that is committed name a machine?"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, committed_files

LOCKS = ("requirements/runtime.txt", "requirements/dev.txt", "requirements/node.txt", "package-lock.json")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+) \\$", re.MULTILINE)
ADDRESS = re.compile(r"https?://|file:/|--index-url|--find-links|--trusted-host|--extra-index-url")
# Put together from parts, so that this file does not hold what it looks for.
MACHINE_PATHS = ("/" + "work/", "/" + "root/", "/" + "tmp/brief", "/" + "opt/pypi")


@pytest.mark.parametrize("name", LOCKS)
def test_lock_file_names_no_download_address(name: str) -> None:
    content = (ROOT / name).read_text(encoding="utf-8")

    assert ADDRESS.findall(content) == []


@pytest.mark.parametrize("name", [name for name in LOCKS if name.endswith(".txt")])
def test_every_locked_python_package_carries_hashes(name: str) -> None:
    content = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", content, flags=re.MULTILINE)
    packages = [block for block in blocks if PINNED.match(block)]

    assert packages
    assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []
    assert len(packages) == len([line for line in content.splitlines() if line and line[0] not in "# "])


def test_every_locked_npm_package_carries_its_integrity() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


@pytest.mark.parametrize("name", ["runtime", "dev", "node"])
def test_every_wanted_package_is_locked(name: str) -> None:
    wanted = (ROOT / f"requirements/{name}.in").read_text(encoding="utf-8").splitlines()
    names = [re.split(r"[\[<>=;~ ]", line)[0].lower() for line in wanted if line and line[0] not in "#-"]
    locked = {found[0].lower() for found in PINNED.findall((ROOT / f"requirements/{name}.txt").read_text())}

    assert [package for package in names if package not in locked] == []


def test_tests_run_on_what_the_service_runs_on() -> None:
    runtime, dev = (
        dict(PINNED.findall((ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")))
        for name in ("runtime", "dev")
    )

    assert {name: version for name, version in runtime.items() if dev.get(name) != version} == {}


def test_no_committed_file_names_a_machine_path() -> None:
    def names_one(path: Path) -> bool:
        content = (ROOT / path).read_bytes()
        return any(found.encode() in content for found in MACHINE_PATHS)

    assert [str(path) for path in committed_files() if names_one(path)] == []
