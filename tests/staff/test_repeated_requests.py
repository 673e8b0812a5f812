"""Does a repeated request get the first answer, and its act run at most once?"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from il2ward.staff.models import RepeatedRequest, Site
from il2ward.staff.services.repeated_requests import Answer, KeyReused, StillRunning, once
from tests.staff.conftest import AT

FIRST = "a" * 64
OTHER = "b" * 64
SAID = Answer(status_code=201, body='{"id":1}')


def ask(act: Callable[[], Answer], *, sha256: str = FIRST, key: str = "k1", credential: str = "user:1") -> Answer:
    return once(credential, "/api/v1/doses/7/start", key, sha256, AT, act)


def found_a_site() -> Answer:
    Site.objects.create(code=f"site{Site.objects.count()}", name="A site")
    return SAID


def never() -> Answer:
    raise AssertionError("The act ran a second time.")


@pytest.mark.django_db
def test_first_answer_is_given_again_when_key_and_body_are_the_same() -> None:
    assert ask(found_a_site) == SAID
    assert ask(never) == SAID
    assert Site.objects.count() == 1


@pytest.mark.django_db
def test_key_is_refused_when_the_body_is_another() -> None:
    ask(found_a_site)

    with pytest.raises(KeyReused):
        ask(never, sha256=OTHER)


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"key": "k2"}, {"credential": "user:2"}], ids=["another key", "another credential"])
def test_act_runs_again_under(other: dict[str, str]) -> None:
    ask(found_a_site)
    ask(found_a_site, **other)

    assert Site.objects.count() == 2


@pytest.mark.django_db
def test_key_is_free_again_and_nothing_kept_when_the_act_fails() -> None:
    def fails() -> Answer:
        found_a_site()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(fails)

    assert not Site.objects.exists()
    assert not RepeatedRequest.objects.exists()
    assert ask(found_a_site) == SAID


@pytest.mark.django_db
def test_twin_is_told_to_ask_again_when_there_is_no_answer_yet() -> None:
    RepeatedRequest.objects.create(
        credential="user:1", route="/api/v1/doses/7/start", key="k1", request_sha256=FIRST, first_at=AT
    )

    with pytest.raises(StillRunning):
        ask(never)


def test_act_runs_once_when_two_threads_send_the_same_key(fresh_database: None) -> None:
    start, answers = threading.Barrier(2), []

    def send() -> None:
        start.wait()
        answers.append(ask(found_a_site))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [SAID, SAID]
    assert Site.objects.count() == 1


def test_twin_waits_no_longer_than_the_lock_time_out_when_the_first_takes_long(fresh_database: None) -> None:
    inside, release, answers = threading.Event(), threading.Event(), []

    def slow() -> Answer:
        inside.set()
        release.wait(10)
        return SAID

    def send() -> None:
        answers.append(ask(slow))
        connection.close()

    first = threading.Thread(target=send)
    first.start()
    assert inside.wait(10)
    if connection.vendor == "postgresql":
        with pytest.raises(StillRunning):
            ask(never)
        release.set()
    else:
        # One writer at a time: the twin waits at the door until the first has committed.
        threading.Timer(0.3, release.set).start()
        assert ask(never) == SAID
    first.join()

    assert answers == [SAID]
