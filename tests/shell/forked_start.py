"""How does `manage.py` begin many times, each in a process of its own, with its libraries imported once?

Run as a program. It reads environments as JSON, forks for each one a process that has read no setting yet, lets that
run `manage.py` as the command line would, and writes how each one ended.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import tempfile
from pathlib import Path

import celery.app  # noqa: F401
import django.core.management  # noqa: F401
import django_stubs_ext  # noqa: F401

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
OWN = ("il2ward", "dosing", "monitoring", "tests")


def run(environment: dict[str, str], words: list[str]) -> dict[str, object]:
    """Fork, run `manage.py` with ``words`` in ``environment``, and return its exit code and what it said."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            become(environment, words, out.fileno(), err.fileno())
        _, status = os.waitpid(child, 0)
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read().decode())
    return {"returncode": os.waitstatus_to_exitcode(status), "stdout": said[0], "stderr": said[1]}


def become(environment: dict[str, str], words: list[str], out: int, err: int) -> None:
    """Turn this process into the command: it ends as an interpreter does, printing what nobody caught."""
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [MANAGE.name, *words]
    sys.path[0] = str(MANAGE.parent)
    runpy.run_path(str(MANAGE), run_name="__main__")
    sys.exit(0)


if __name__ == "__main__":
    assert not [name for name in sys.modules if name.partition(".")[0] in OWN], "the service was imported already"
    asked = json.load(sys.stdin)
    ended = [run(one, asked["words"]) for one in asked["environments"]]
    json.dump(ended, sys.stdout)
