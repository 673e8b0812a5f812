"""Where does a run get a migrated, empty SQLite file without migrating each time? From an earlier run."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.architecture.source import PACKAGES, ROOT
from tests.clean_environment import clean_environment

KEPT_IN = ROOT / ".pytest_cache" / "migrated"


def migrated_file() -> Path:
    """Return a database file with the whole schema, its guards, and nothing in it; never to be opened in place."""
    path = KEPT_IN / f"{digest()}.sqlite3"
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    with (KEPT_IN / "lock").open("w") as lock:
        # Runs side by side: the first makes it, the others wait.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            make(path)
    return path


def make(path: Path) -> None:
    """Migrate a file and put it at ``path`` in one step, so that half a schema is never found there."""
    with tempfile.TemporaryDirectory(dir=KEPT_IN) as folder:
        migrate(Path(folder))
        os.replace(Path(folder) / "il2ward.sqlite3", path)


def copy_migrated_file(to: Path) -> None:
    """Put a copy of the migrated file at ``to``, making its folder."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(migrated_file(), to)


@cache
def digest() -> str:
    """Return a name for everything that makes the schema: migrations, guards, and the packages in use."""
    audit = ROOT / "il2ward" / "audit"
    sources = [ROOT / "requirements" / "runtime.txt", *audit.rglob("*.py")]
    sources += [path for package in PACKAGES for path in (ROOT / package).rglob("migrations/*.py")]
    total = hashlib.sha256()
    for path in sorted(set(sources)):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:20]


def migrate(home: Path, database_url: str = "") -> None:
    """Make the schema as an operator would, in a file in ``home`` or in the database at ``database_url``."""
    environment = clean_environment(IL2WARD_MODE="demo", IL2WARD_HOME=str(home))
    if database_url:
        environment["IL2WARD_DATABASE_URL"] = database_url
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--noinput", "--verbosity", "0"]
    subprocess.run(command, env=environment, cwd=ROOT, check=True)
