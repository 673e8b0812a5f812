"""Do web and worker refuse to start on a database that would let evidence be changed?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from il2ward.audit.evidence import EvidenceUnguarded
from il2ward.celery import Guarded, app
from monitoring.lifespan import lifespan
from tests.audit.test_evidence import take_away

Message = dict[str, Any]


async def started() -> list[Message]:
    """Send the server's start and its end, and return what was answered."""
    waiting, answered = [{"type": "lifespan.shutdown"}, {"type": "lifespan.startup"}], []

    async def receive() -> Message:
        return waiting.pop()

    async def send(message: Message) -> None:
        answered.append(message)

    await lifespan({"type": "lifespan"}, receive, send)
    return answered


async def test_web_process_starts_when_every_guard_is_there(fresh_database: None) -> None:
    assert [message["type"] for message in await started()] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


async def test_web_process_says_why_it_does_not_start_when_a_guard_is_gone(fresh_database: None) -> None:
    await sync_to_async(take_away)("dosing_decision")

    answered = await started()

    assert [message["type"] for message in answered] == ["lifespan.startup.failed"]
    assert "dosing_decision_never_edited" in answered[0]["message"]


def test_worker_does_not_start_when_a_guard_is_gone(fresh_database: None) -> None:
    Guarded(app).start(app)
    take_away("dosing_decision")

    with pytest.raises(EvidenceUnguarded, match="dosing_decision_never_edited"):
        Guarded(app).start(app)


@pytest.mark.stack
def test_real_worker_ends_with_the_reason_when_the_database_has_no_guards(tmp_path: Path) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("starts the embedded database of an empty home")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("IL2WARD_")}
    environment |= {"IL2WARD_HOME": str(tmp_path), "IL2WARD_MODE": "demo", "DJANGO_SETTINGS_MODULE": "il2ward.settings"}

    ended = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "il2ward", "worker", "--pool", "solo"],
        env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip

    assert ended.returncode != 0
    assert "would let evidence be changed" in ended.stdout + ended.stderr
