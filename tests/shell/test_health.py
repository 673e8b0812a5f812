"""Does `/healthz` say which part is down or late, and does it answer at once even then?"""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from il2ward import clock
from il2ward.embedded.probe import broker_answers
from il2ward.embedded.redis import RedisServer
from il2ward.embedded.supervisor import is_only_the_clock
from il2ward.health import Health, age_s, worker_state
from monitoring.models import WorkerBeat
from monitoring.selectors.health import Signs

AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
GOOD = Health("up", "up", "up", None, None, sends_given_up=0, clock="up")


def seen(at: datetime | None) -> Signs:
    """Return signs of a worker last seen at ``at``, with nothing waiting."""
    return Signs(worker_seen_at=at, ungraded_since=None, undelivered_since=None)


def test_health_is_good_when_every_part_is_up_and_nothing_waits() -> None:
    assert GOOD.is_good


@pytest.mark.parametrize("part", ["db", "broker", "worker", "clock"])
@pytest.mark.parametrize("state", ["down", "late", "behind", "unknown"])
def test_health_is_bad_when_one_part_is_not_up(part: str, state: str) -> None:
    assert not Health(**{**vars(GOOD), part: state}).is_good


@pytest.mark.parametrize(
    ("name", "age", "good"),
    [
        ("oldest_ungraded_s", 10, True),
        ("oldest_ungraded_s", 11, False),
        ("oldest_undelivered_s", 30, True),
        ("oldest_undelivered_s", 31, False),
    ],
)
def test_health_turns_bad_just_past_the_limit_of_what_waits(name: str, age: int, good: bool) -> None:
    assert Health(**{**vars(GOOD), name: age}).is_good is good


@pytest.mark.parametrize(
    ("silent_s", "state"), [(0, "up"), (20, "up"), (21, "late"), (None, "down")], ids=["0 s", "20 s", "21 s", "never"]
)
def test_worker_is_late_just_past_twenty_seconds_of_silence(silent_s: int | None, state: str) -> None:
    last = None if silent_s is None else AT - timedelta(seconds=silent_s)

    assert worker_state(seen(last), at=AT) == state


def test_age_is_none_when_nothing_waits_and_never_negative() -> None:
    assert age_s(None, at=AT) is None
    assert age_s(AT + timedelta(seconds=3), at=AT) == 0
    assert age_s(AT - timedelta(seconds=3, milliseconds=900), at=AT) == 3


@pytest.mark.django_db
def test_answer_is_200_when_the_worker_was_seen_and_503_when_it_never_was(client: Client) -> None:
    never = client.get("/healthz")
    WorkerBeat.objects.create(part="worker", at=clock.now())
    now = client.get("/healthz")

    assert (never.status_code, never.json()["worker"]) == (503, "down")
    assert (now.status_code, now.json() | {"disk": "unknown"}) == (200, vars(GOOD))
    assert now.json()["disk"] in ("up", "filling", "full")


@pytest.mark.django_db
def test_answer_is_503_and_names_the_clock_when_it_has_gone_back(client: Client) -> None:
    WorkerBeat.objects.create(part="worker", at=clock.now() + timedelta(hours=1))
    told = client.get("/healthz")
    assert (told.status_code, told.json()["clock"]) == (503, "behind")
    assert is_only_the_clock(told.json())
    assert not is_only_the_clock(told.json() | {"worker": "down"})
    assert not is_only_the_clock(vars(GOOD))


def test_broker_is_called_down_within_a_second_when_it_is_frozen(redis_server: RedisServer) -> None:
    os.kill(redis_server.process.pid, signal.SIGSTOP)
    begun = time.monotonic()
    try:
        answered = broker_answers()
    finally:
        os.kill(redis_server.process.pid, signal.SIGCONT)

    assert not answered
    assert time.monotonic() - begun < 1.0
