"""How is one hint or wake-up handed to the broker within a bounded time?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import redis
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connections
from kombu import Connection
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

from il2ward.live.models import WardSequence
from il2ward.live.services import hints

TIMEOUT_S = 1.0


class CouldNotSend(RuntimeError):
    """The broker or the database did not take it in time."""


class Sender:
    """Connections of one thread to the broker, with short time-outs; opened when first needed."""

    def __init__(self) -> None:
        # redis-py would try three more times with growing pauses; the next hint is as good.
        self._redis = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._broker: Connection | None = None

    def wake(self, task_name: str, kwargs: Mapping[str, Any]) -> None:
        """Send one task message; raise CouldNotSend when the broker does not take it at once."""
        try:
            with current_app.amqp.Producer(self._connection(), auto_declare=False) as producer:
                current_app.send_task(
                    task_name, kwargs=dict(kwargs), ignore_result=True, retry=False, producer=producer
                )
        except (OperationalError, redis.RedisError, OSError) as error:
            self._drop()
            raise CouldNotSend(f"{task_name}: {type(error).__name__}") from error

    def announce(self, numbers: Mapping[int, int]) -> None:
        """Publish the number of each ward and note that it was; raise CouldNotSend when either failed."""
        try:
            for ward_id, number in numbers.items():
                self._redis.publish(*hints.wire(ward_id, number))
                WardSequence.objects.filter(pk=ward_id, announced__lt=number).update(announced=number)
        except (redis.RedisError, OSError, DatabaseError) as error:
            raise CouldNotSend(type(error).__name__) from error
        finally:
            connections.close_all()

    def _connection(self) -> Connection:
        if self._broker is None:
            options = {**current_app.conf.broker_transport_options, "socket_timeout": TIMEOUT_S}
            options |= {"socket_connect_timeout": TIMEOUT_S, "retry_on_timeout": False, "max_retries": 0}
            self._broker = current_app.connection_for_write().clone(transport_options=options)
        return self._broker

    def _drop(self) -> None:
        if self._broker is not None:
            self._broker.release()
            self._broker = None
