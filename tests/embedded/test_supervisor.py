"""Does a one-machine ward start whole, stay whole, and end whole?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.real_stack import ROOT, Stack, children_of, running_stack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
PARTS = {"web", "worker", "beat", "redis"}


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run an empty ward for this module."""
    with running_stack(tmp_path_factory.mktemp("ward"), blank=True) as running:
        yield running


def wait_until(is_so: Callable[[], bool], *, within_s: float) -> bool:
    """Return True as soon as ``is_so``, False when it is not so in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def is_gone(pid: int) -> bool:
    """Return True when a process has ended; one that only waits to be collected has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_every_part_is_up_when_the_ready_line_is_printed(ward: Stack) -> None:
    status, content = ward.health()

    assert status == 200, content
    assert {content["db"], content["broker"], content["worker"]} == {"up"}
    assert content["oldest_ungraded_s"] is None
    assert content["oldest_undelivered_s"] is None


def test_pages_carry_the_content_policy_and_are_never_kept_when_served(ward: Stack) -> None:
    import urllib.request

    with urllib.request.urlopen(f"{ward.url}healthz") as answer:
        headers = answer.headers

    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("part", ["worker", "beat", "redis", "web"])
def test_part_is_started_again_when_it_is_killed(ward: Stack, part: str) -> None:
    first = ward.pid(part)

    os.kill(first, signal.SIGKILL)

    assert wait_until(lambda: children_of(ward.process.pid).get(part, first) != first, within_s=30)


def test_health_is_good_again_when_every_part_was_killed_once(ward: Stack) -> None:
    def is_good() -> bool:
        try:
            return ward.health()[0] == 200
        except OSError:
            return False

    assert wait_until(is_good, within_s=60)


def test_second_supervisor_is_refused_when_one_runs_on_the_same_home(ward: Stack) -> None:
    command = [sys.executable, "manage.py", "ward", "--port", "1"]
    command[-1] = str(int(ward.url.rsplit(":", 1)[1].strip("/")) - 1)

    second = subprocess.run(
        command, env=ward.environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert second.returncode == 1
    assert "A ward already runs on" in second.stderr
    assert set(children_of(ward.process.pid)) == PARTS


def test_start_is_refused_when_the_port_is_taken(ward: Stack, tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "ward", "--port", ward.url.rsplit(":", 1)[1].strip("/")]
    environment = {**ward.environment, "IL2WARD_HOME": str(tmp_path)}

    second = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert second.returncode == 1
    assert "is taken" in second.stderr


def test_every_child_ends_and_the_data_is_there_again_when_the_supervisor_is_killed_and_later_terminated(
    tmp_path: Path,
) -> None:
    with running_stack(tmp_path) as running:
        children = children_of(running.process.pid)
        running.process.kill()
        running.process.wait()
        assert wait_until(lambda: all(is_gone(pid) for pid in children.values()), within_s=30)
        key = (tmp_path / "secret.key").read_text()

        begun = time.monotonic()
        with running_stack(tmp_path) as again:
            assert again.health()[0] == 200
            print(f"second start: {time.monotonic() - begun:.1f} s")
            ends_with_every_child(again, signal.SIGTERM)
        assert (tmp_path / "secret.key").read_text() == key


def test_every_child_ends_when_the_supervisor_is_interrupted(ward: Stack) -> None:
    """The last of this file: its ward is gone afterwards."""
    ends_with_every_child(ward, signal.SIGINT)


def ends_with_every_child(running: Stack, number: signal.Signals) -> None:
    """Send the signal, and see the supervisor end well and nobody left behind."""
    children = children_of(running.process.pid)
    assert set(children) == PARTS

    running.process.send_signal(number)

    assert running.process.wait(40) == 0
    assert all(is_gone(pid) for pid in children.values())
