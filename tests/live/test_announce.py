"""Does a committed change reach open boards and workers, and never delay the one who made it?"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import connection, transaction

from il2ward.celery import app
from il2ward.embedded.redis import RedisServer
from il2ward.live import services as live
from il2ward.live.models import WardSequence
from il2ward.live.services.dispatch import dispatcher
from il2ward.staff.models import Site, Ward

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


class Board(AsyncJsonWebsocketConsumer):
    """A board as the service has it, without its door."""

    groups = ["ward.1"]

    async def ward_changed(self, message: Any) -> None:
        await self.send_json(message)


@pytest.fixture
def ward(fresh_database: None) -> Ward:
    site = Site.objects.create(code="north", name="North")
    return Ward.objects.create(id=1, site=site, code="7b", name="7B")


def change(ward: Ward) -> None:
    with transaction.atomic():
        live.changed(ward_id=ward.pk, at=AT)


def test_number_rises_by_one_with_each_change(ward: Ward) -> None:
    with transaction.atomic():
        assert live.changed(ward_id=ward.pk, at=AT) == 1
        assert live.changed(ward_id=ward.pk, at=AT) == 2


def test_nothing_changes_when_the_patient_lies_on_no_ward(ward: Ward) -> None:
    assert live.changed(ward_id=None, at=AT) is None
    assert not WardSequence.objects.exists()


def test_number_stays_when_the_transaction_is_rolled_back(ward: Ward) -> None:
    change(ward)
    with transaction.atomic():
        live.changed(ward_id=ward.pk, at=AT)
        transaction.set_rollback(True)

    assert dispatcher.settle(5)
    assert WardSequence.objects.values_list("number", "announced").get() == (1, 1)


async def test_real_board_receives_the_hint_when_a_change_commits(ward: Ward) -> None:
    board = ApplicationCommunicator(Board.as_asgi(), {"type": "websocket", "path": "/"})
    await board.send_input({"type": "websocket.connect"})
    assert (await board.receive_output(5))["type"] == "websocket.accept"

    await sync_to_async(change)(ward)

    hint = json.loads((await board.receive_output(5))["text"])
    assert hint == {"type": "ward.changed", "ward": 1, "number": 1}
    await board.send_input({"type": "websocket.disconnect", "code": 1000})
    await board.wait()


def test_announced_follows_the_number_and_never_goes_back(ward: Ward) -> None:
    change(ward)
    change(ward)
    dispatcher.hint(ward.pk, 1)

    assert dispatcher.settle(5)
    assert WardSequence.objects.values_list("number", "announced").get() == (2, 2)


def test_worker_is_sent_the_task_when_the_transaction_commits(ward: Ward) -> None:
    with app.connection_for_read() as broker:
        queue = broker.SimpleQueue(settings.CELERY_TASK_DEFAULT_QUEUE)
        queue.clear()

        with transaction.atomic():
            live.wake("monitoring.grade_course", course_id=7)

        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    assert message.headers["task"] == "monitoring.grade_course"
    assert message.payload[1] == {"course_id": 7}


@pytest.fixture
def stopped_broker(redis_server: RedisServer) -> Iterator[None]:
    """Half-dead: it takes connections and answers nothing."""
    redis_server.process.send_signal(signal.SIGSTOP)
    yield
    redis_server.process.send_signal(signal.SIGCONT)
    assert dispatcher.settle(20)


def test_commit_is_not_delayed_when_the_broker_hangs(ward: Ward, stopped_broker: None) -> None:
    slowest = 0.0
    for _ in range(5):
        began = time.perf_counter()
        with transaction.atomic():
            live.changed(ward_id=ward.pk, at=AT)
            live.wake("monitoring.grade_course", course_id=7)
        slowest = max(slowest, time.perf_counter() - began)

    assert slowest < 0.1


def test_hint_goes_out_when_the_broker_answers_again(ward: Ward, redis_server: RedisServer) -> None:
    redis_server.process.send_signal(signal.SIGSTOP)
    change(ward)
    time.sleep(1.5)
    assert WardSequence.objects.get().announced == 0

    redis_server.process.send_signal(signal.SIGCONT)

    assert dispatcher.settle(20)
    assert WardSequence.objects.get().announced == 1
    connection.close()
