"""Are imports that go the wrong way reported?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT

FORBIDDEN = {
    "dosing asks monitoring": ("dosing/services/__init__.py", "import monitoring.models", "Imports run one way"),
    "a service knows a view's framework": ("dosing/services/__init__.py", "import rest_framework", "know no request"),
    "a selector calls a service": ("monitoring/selectors/__init__.py", "import monitoring.services", "Inside an app"),
    "the domain reads a file": ("dosing/domain/__init__.py", "import pathlib", "domain is pure"),
    "the domain asks Django": ("monitoring/domain/__init__.py", "import django.db.models", "domain is pure"),
    "the client knows the service": ("il2ward_client/__init__.py", "import dosing.models", "The client knows"),
    "audit knows the ward": ("il2ward/audit/__init__.py", "import dosing.models", "Imports run one way"),
}


@pytest.fixture(scope="module")
def copy_of_the_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what the contracts are about, so that it may be broken."""
    folder = tmp_path_factory.mktemp("source")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts of the source in ``folder``."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_contracts_are_kept_by_the_source(copy_of_the_source: Path) -> None:
    checked = lint_imports(copy_of_the_source)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 broken" in checked.stdout


@pytest.mark.parametrize(("where", "line", "contract"), FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_contract_is_reported_broken_when(copy_of_the_source: Path, where: str, line: str, contract: str) -> None:
    path = copy_of_the_source / where
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")

    checked = lint_imports(copy_of_the_source)
    path.write_text(before)

    assert checked.returncode == 1, checked.stdout + checked.stderr
    broken = [reported for reported in checked.stdout.splitlines() if reported.rstrip().endswith("BROKEN")]
    assert any(contract in reported for reported in broken), checked.stdout
