"""How does a test start the whole service for real, look at its parts, break one and end it?"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from il2ward.embedded.postgres import free_port
from tests.clean_environment import clean_environment
from tests.migrated_file import copy_migrated_file
from tests.migrated_postgres import beside, copy_migrated_database, drop, run_on_server

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_S = 240
STOP_WITHIN_S = 40


@dataclass
class Stack:
    """A running ward: web, worker, beat and broker, each a process of its own."""

    home: Path
    url: str
    environment: dict[str, str]
    process: subprocess.Popen[str]

    def manage(self, *words: str) -> str:
        """Run an administrative command on the stack's data and return what it printed."""
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        ended = subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )
        assert ended.returncode == 0, f"{words} failed:\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout

    def health(self) -> tuple[int, dict[str, object]]:
        """Return the status and the content of ``GET /healthz``."""
        try:
            with urllib.request.urlopen(f"{self.url}healthz", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def pid(self, name: str) -> int:
        """Return the process id of one part: web, worker, beat or redis."""
        return children_of(self.process.pid)[name]

    def end(self) -> None:
        """Ask the supervisor to end and wait until every child has."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(STOP_WITHIN_S)


WORDS_OF = {"web": "uvicorn", "worker": "worker", "beat": "beat", "redis": "-server"}


def children_of(parent: int) -> dict[str, int]:
    """Return the process ids of a supervisor's children by their names."""
    found: dict[str, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            command = status.with_name("cmdline").read_bytes().decode().split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) != parent or fields[0] == "Z":
            continue
        for name, word in WORDS_OF.items():
            if word in command or (name == "redis" and word in command[0]):
                found[name] = int(status.parent.name)
    return found


def environment_of(home: Path, database_url: str) -> dict[str, str]:
    """Return the environment of a stack: this process's own, without the suite's settings."""
    environment = clean_environment(IL2WARD_MODE="demo", IL2WARD_HOME=str(home), IL2WARD_HL7_PORT="0")
    return {**environment, **({"IL2WARD_DATABASE_URL": database_url} if database_url else {})}


@contextmanager
def running_stack(
    home: Path, *options: str, port: int | None = None, blank: bool = False, hl7: bool = False
) -> Iterator[Stack]:
    """Run a whole ward in ``home`` for the length of the block, on PostgreSQL when the suite is.

    ``options`` go to ``manage.py ward``: ``--demo --still`` seeds the demonstration ward and leaves it alone.
    ``blank`` lets the supervisor make the whole schema; else a migrated database is copied, which is faster.
    ``hl7`` lets it listen for HL7 v2, on the port in the stack's environment.
    """
    with database_of_its_own(home, blank=blank) as database_url:
        port = port or free_port()
        environment = environment_of(home, database_url)
        if hl7:
            environment["IL2WARD_HL7_PORT"] = str(free_port())
        command = [sys.executable, str(ROOT / "manage.py"), "ward", "--port", str(port), *options]
        process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        stack = Stack(home, f"http://127.0.0.1:{port}/", environment, process)
        try:
            wait_for_ready_line(process)
            yield stack
        finally:
            stack.end()


def wait_for_ready_line(process: subprocess.Popen[str]) -> list[str]:
    """Return the lines up to ``ready``; fail with all of them when the supervisor ends first."""
    assert process.stdout is not None
    lines: list[str] = []
    deadline = time.monotonic() + READY_WITHIN_S
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith("ready "):
            return lines
        assert time.monotonic() < deadline, lines
    raise AssertionError("the ward did not start:\n" + "\n".join(lines))


@contextmanager
def database_of_its_own(home: Path, *, blank: bool) -> Iterator[str]:
    """Give the address of a PostgreSQL database, dropped afterwards; empty on the embedded engine.

    Unless ``blank``, the database (on the embedded engine the file in ``home``) is migrated already.
    """
    address = os.environ.get("IL2WARD_DATABASE_URL", "")
    if not address:
        if not blank and not (home / "il2ward.sqlite3").exists():
            copy_migrated_file(home / "il2ward.sqlite3")
        yield ""
        return
    name = f"stack_{secrets.token_hex(6)}"
    if blank:
        run_on_server(address, f'CREATE DATABASE "{name}"')
    else:
        copy_migrated_database(address, name)
    yield beside(address, name)
    drop(address, name)
