"""Does the supervisor say clearly what it does about the HL7 listener's port?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from il2ward.embedded.plan import Plan
from il2ward.embedded.postgres import free_port
from il2ward.management.commands.ward import Command
from tests.real_stack import ROOT, environment_of


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with closing(socket.socket()) as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        yield busy.getsockname()[1]


def test_the_ward_does_not_start_when_the_port_that_was_chosen_is_taken(tmp_path: Path, taken: int) -> None:
    environment = environment_of(tmp_path, "") | {"IL2WARD_HL7_PORT": str(taken)}
    command = [sys.executable, str(ROOT / "manage.py"), "ward", "--demo", "--still", "--port", str(free_port())]
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert f"Port {taken} on 127.0.0.1 is taken; choose another, such as IL2WARD_HL7_PORT" in ended.stderr
    assert os.listdir(tmp_path) in ([], ["secret.key"])


@pytest.mark.parametrize(("given", "chosen", "demo"), [(True, None, True), (False, -1, True), (False, None, False)])
def test_a_taken_port_is_refused_unless_a_demonstration_only_happens_on_it(
    settings: object, taken: int, given: bool, chosen: int | None, demo: bool
) -> None:
    settings.IL2WARD_HL7_PORT_GIVEN, settings.IL2WARD_HL7_PORT = given, taken  # type: ignore[attr-defined]
    settings.IL2WARD_HL7_PEERS, settings.IL2WARD_HL7_PEERS_GIVEN = [("127.0.0.1", "", "L")], True  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="is taken"):
        Command().hl7_port({"demo": demo, "hl7_port": taken if chosen else None})


def test_a_demonstration_goes_on_without_a_listener_when_2575_is_taken(
    settings: object, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.IL2WARD_HL7_PORT_GIVEN, settings.IL2WARD_HL7_PORT = False, taken  # type: ignore[attr-defined]
    settings.IL2WARD_HL7_PEERS = [("127.0.0.1", "", "L")]  # type: ignore[attr-defined]
    assert Command().hl7_port({"demo": True, "hl7_port": None}) == 0
    assert "HL7 v2 is not listened for" in capsys.readouterr().out


@pytest.mark.parametrize(("port", "programs"), [(0, ["web", "worker", "beat"]), (9, ["web", "worker", "beat", "mllp"])])
def test_port_nought_means_no_listener(port: int, programs: list[str]) -> None:
    assert [program.name for program in Plan(Path("/nowhere"), hl7_port=port).programs()] == programs
