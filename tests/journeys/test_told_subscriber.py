"""Does a system hear of a hold, a grave grade and a stop through the worker, also when it was down at first?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from il2ward.embedded.postgres import free_port
from tests.journeys.test_hl7_on_the_board import browsing
from tests.journeys.ward_pages import ACHTERBERG, Bed, laboratory
from tests.monitoring.interop.subscribers import holds, told_to
from tests.real_stack import Stack
from tests.receiver import Got, Receiver, receiving

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
# Its course is on hold from the beginning, and nobody else's test looks at it.
BRANDT = Bed("BRANDT", "IL2-1002")
WITHIN_S = 40


@contextmanager
def registry(stack: Stack) -> Iterator[httpx.Client]:
    """A registered system that may read and subscribe."""
    file = Path(stack.home, "registry.key")
    stack.manage("issue_key", "registry", "--site", "demo", "--file", str(file),
                 "--may", "fhir:read", "--may", "subscription:write")  # fmt: skip
    headers = {"Authorization": f"Api-Key {file.read_text().strip()}"}
    with httpx.Client(base_url=stack.url, headers=headers, timeout=30) as client:
        yield client


def subscribed(client: httpx.Client, topic: str, address: str) -> dict[str, Any]:
    """What was answered, the secret in it."""
    answer = client.post("/api/v1/subscriptions", json={"topic": topic, "address": address})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def wait_for(what: Callable[[], bool]) -> None:
    """Return once it is so; fail after a while."""
    deadline = time.monotonic() + WITHIN_S
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def stop(stack: Stack, bed: Bed) -> None:
    """A physician stops the cycle."""
    with closing(browsing(stack, "physician")) as physician:
        ward = re.search(r"/wards/(\d+)/", physician.get("/").url.path)
        assert ward is not None
        cards = physician.get(f"/api/v1/wards/{ward[1]}/board").json()["cards"]
        dose = next(one["dose"]["id"] for one in cards if bed.family_name in one["patient"]["name"].upper())
        body = {"kind": "stop_cycle", "outcome_token": "0" * 64, "reason_code": "toxicity", "reason_text": "No more."}
        headers = {
            "X-CSRFToken": physician.cookies["csrftoken"], "Idempotency-Key": "stop-brandt",
            "Referer": stack.url, "Origin": stack.url.rstrip("/"),
        }  # fmt: skip
        answer = physician.post(f"/api/v1/doses/{dose}/decisions", json=body, headers=headers)
        assert answer.status_code == 201, answer.text


def told(receiver: Receiver, kind: str) -> tuple[Got, dict[str, Any]]:
    """The first message of that kind, once it is here."""
    wait_for(lambda: any(one["type"] == kind for one in told_to(receiver)))
    return next((got, one) for got, one in zip(receiver.got, told_to(receiver), strict=True) if one["type"] == kind)


def test_a_hold_and_a_grave_grade_reach_who_was_down_and_a_stop_who_is_up(stack: Stack) -> None:
    port = free_port()
    with registry(stack) as client:
        address = f"http://127.0.0.1:{port}/hook"
        made = {topic: subscribed(client, topic, address) for topic in ("hold", "grade-3", "stop")}
        laboratory(stack).send(ACHTERBERG, "creatinine", "4.4", "mg/dL", high="1.2")
        waiting = f"/api/v1/subscriptions/{made['hold']['id']}"
        wait_for(lambda: client.get(waiting).json()["failure"] != "")

        with receiving(port) as receiver:
            held, hold = told(receiver, "il2ward.hold")
            graded, _ = told(receiver, "il2ward.grade-3")
            stop(stack, BRANDT)
            stopped, end = told(receiver, "il2ward.stop")

        assert (hold["verdict"], end["verdict"]) == ("HOLD", "STOP_CYCLE")
        for topic, got in (("hold", held), ("grade-3", graded), ("stop", stopped)):
            assert holds(made[topic]["secret"], got)
            assert not holds(made["stop" if topic == "hold" else "hold"]["secret"], got)
        assert "ACHTERBERG" not in str(receiver.got).upper()
        found = client.get(f"/fhir/{hold['resource']}").json()
        assert (found["resourceType"], found["code"]["coding"][0]["code"]) == ("DetectedIssue", "HOLD")
        for subscription in made.values():
            assert client.get(f"/api/v1/subscriptions/{subscription['id']}").json()["waiting"] == 0
            assert client.delete(f"/api/v1/subscriptions/{subscription['id']}").status_code == 200
