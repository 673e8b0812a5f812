"""Does the board's alarm sound when it should and keep still when it should? Runs the module's own tests in Node."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BESIDE_PYTHON = Path(sys.executable).parent / "node"


def test_alarm_sounds_by_priority_until_acknowledged_and_pauses_only_for_a_time() -> None:
    node = shutil.which("node") or (str(BESIDE_PYTHON) if BESIDE_PYTHON.exists() else "")
    if not node:
        pytest.skip("needs Node.js")
    ended = subprocess.run(
        [node, "--test", str(HERE / "alarm.test.mjs")], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "# fail 0" in ended.stdout
    assert "# pass 0" not in ended.stdout
