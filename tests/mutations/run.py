"""How many deliberate faults in rule code do the tests notice? `make mutations` asks, and prints who survived."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("list.json")
PARTS = ("dosing", "monitoring", "il2ward", "tests", "docs", "templates", "static", "requirements")
FILES = ("manage.py", "pyproject.toml", "HAZARDS.md", "README.md", "Makefile")
# The tests beside the rule first; who survives them meets those of the acts that rest on it.
FIRST = {"dosing": ("tests/dosing/domain",), "monitoring": ("tests/monitoring/domain",)}
THEN = ("tests/dosing/rules", "tests/dosing/services", "tests/monitoring/services", "tests/monitoring/api")
ONE_RUN_S = 900
ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Mutation:
    """One fault: in ``file`` the text ``old``, found exactly once, becomes ``new``; ``breaks`` says what that means."""

    area: str
    file: str
    old: str
    new: str
    breaks: str


def mutations() -> list[Mutation]:
    """Return every fault of the list."""
    return [Mutation(**row) for row in json.loads(LIST.read_text())]


def is_noticed(mutation: Mutation) -> bool:
    """Whether some test fails when the fault is in. Raises when no test could be run at all."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        copy_project(root)
        path = root / mutation.file
        text = path.read_text()
        if text.count(mutation.old) != 1:
            raise ValueError(f"{mutation.file} does not hold this text once: {mutation.old}")
        path.write_text(text.replace(mutation.old, mutation.new))
        first = FIRST[mutation.file.partition("/")[0]]
        noticed = (passes(first) and fails(root, first)) or (passes(THEN) and fails(root, THEN))
    print(f"{'noticed ' if noticed else 'SURVIVED'} {mutation.file}: {mutation.breaks}", flush=True)
    return noticed


@cache
def passes(tests: tuple[str, ...]) -> bool:
    """Whether these tests pass when no fault is in; asked once. Raises when they do not: they could notice nothing."""
    with ONE_AT_A_TIME, tempfile.TemporaryDirectory() as folder:
        copy_project(Path(folder))
        if fails(Path(folder), tests):
            raise RuntimeError(f"the tests fail without any fault: {' '.join(tests)}")
    return True


def copy_project(root: Path) -> None:
    """Copy what the tests need into an empty folder."""
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, root / name)
    kept = ROOT / ".pytest_cache" / "migrated"
    if kept.is_dir():
        shutil.copytree(kept, root / ".pytest_cache" / "migrated")


def fails(root: Path, tests: Sequence[str]) -> bool:
    """Whether a test fails; the first one that does ends the run."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", *tests]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=ONE_RUN_S, check=False)
    if ended.returncode not in (0, 1, 2):
        raise RuntimeError(f"the tests could not be run:\n{ended.stdout[-2000:]}\n{ended.stderr[-2000:]}")
    return ended.returncode != 0


def main() -> int:
    """Try every fault and print the sum; returns 1 when fewer than 95 % are noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--area", default="")
    options = parser.parse_args()
    chosen = [one for one in mutations() if options.area in ("", one.area)]
    began = time.monotonic()
    with ThreadPoolExecutor(options.jobs) as pool:
        noticed = sum(pool.map(is_noticed, chosen))
    print(f"{noticed} of {len(chosen)} noticed in {time.monotonic() - began:.0f} s")
    return 0 if noticed >= 0.95 * len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
