"""Does the demonstration live on the real web process, worker and broker, and can a recording be played into it?"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitoring.simulation.demo_ward import PASSWORD
from tests.real_stack import Stack, running_stack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]
MINUTES = "minute,HR_bpm,SpO2_%\n0,0,97\n1,88,97\n2,,98\n"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A demonstration ward of this file's own, because its story moves its verdicts."""
    with running_stack(tmp_path_factory.mktemp("demo"), "--demo", "--still") as running:
        yield running


@pytest.fixture(scope="module")
def physician(alone: Stack) -> Iterator[httpx.Client]:
    """The physician's browser, signed in through the page."""
    with httpx.Client(base_url=alone.url, follow_redirects=True, timeout=30) as client:
        page = client.get("/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None
        form = {"csrfmiddlewaretoken": token[1], "username": "physician", "password": PASSWORD}
        client.post("/sign-in/", data=form, headers={"Referer": alone.url, "Origin": alone.url.rstrip("/")})
        yield client


def at(stack: Stack) -> tuple[str, str]:
    """The option that names where the stack answers."""
    return ("--url", stack.url.rstrip("/"))


def verdicts(physician: httpx.Client) -> dict[str, Any]:
    """Each bed's word, as the board's data says it."""
    ward = physician.get("/").url.path.strip("/").split("/")[1]
    told = physician.get(f"/api/v1/wards/{ward}/board").json()
    return {card["bed"]: card["verdict"] for card in told["cards"]}


def test_a_recording_is_counted_and_changes_nothing_when_it_is_played_again(alone: Stack, tmp_path: Path) -> None:
    path = tmp_path / "three.csv"
    path.write_text(MINUTES, encoding="utf-8")

    first = alone.manage("play", str(path), "--speed", "600", *at(alone))
    second = alone.manage("play", str(path), "--speed", "600", *at(alone))

    assert "4 accepted, 1 implausible, 0 not gradable, 0 here already, 0 refused" in first
    assert "0 accepted, 0 implausible, 0 not gradable, 5 here already, 0 refused" in second


def test_a_verdict_changes_by_itself_when_the_demonstration_is_followed(alone: Stack, physician: httpx.Client) -> None:
    before = verdicts(physician)

    told = alone.manage("simulate", "--follow", "--speed", "30", "--stop-after", "6", *at(alone))
    turn = re.search(r"bed (\d): creatinine comes back high", told)
    assert turn is not None, told
    deadline = time.monotonic() + 20
    while verdicts(physician)[turn[1]] != "HOLD" and time.monotonic() < deadline:
        time.sleep(0.5)

    assert before[turn[1]] in ("CONTINUE", "REVIEW")
    assert verdicts(physician)[turn[1]] == "HOLD"


def test_one_round_is_sent_for_every_bed_when_nobody_follows(alone: Stack) -> None:
    assert "sent one round for 8 beds" in alone.manage("simulate", *at(alone))
