"""Are the engines set as the failure experiments demand? Each value here was paid for with a lost task or row."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from il2ward.celery import app
from il2ward.settings import engines

CELERY = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_time_limit": 20,
    "task_soft_time_limit": 15,
    "task_ignore_result": True,
    "result_backend": None,
    "task_serializer": "json",
    "accept_content": ["json"],
    "worker_soft_shutdown_timeout": 10,
    "broker_connection_retry_on_startup": True,
    "worker_cancel_long_running_tasks_on_connection_loss": True,
}
TRANSPORT = {
    "visibility_timeout": 60,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "retry_on_timeout": True,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}


@pytest.mark.parametrize(("name", "value"), CELERY.items(), ids=CELERY.keys())
def test_task_survives_its_worker_because_celery_is_told(name: str, value: object) -> None:
    assert getattr(app.conf, name) == value


@pytest.mark.parametrize(("name", "value"), TRANSPORT.items(), ids=TRANSPORT.keys())
def test_lost_message_comes_back_because_the_transport_is_told(name: str, value: object) -> None:
    assert app.conf.broker_transport_options[name] == value


def test_installed_transport_knows_the_restore_settings() -> None:
    with app.connection_for_write() as opened:
        channel = opened.default_channel

        assert channel.unacked_restore_interval == 1
        assert channel.unacked_restore_throttle == 1
        assert channel.visibility_timeout == 60


def test_sweep_and_heartbeat_are_scheduled_by_name() -> None:
    scheduled = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}

    assert (scheduled["monitoring.sweep"], scheduled["monitoring.heartbeat"]) == (2.0, 5.0)


def test_every_thread_sends_through_the_same_application() -> None:
    import celery

    seen: list[object] = []
    thread = threading.Thread(target=lambda: seen.append(celery.current_app._get_current_object()))
    thread.start()
    thread.join()

    assert seen == [app]


def test_channel_layer_is_the_one_that_survives_a_restart() -> None:
    assert settings.CHANNEL_LAYERS["default"]["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"


def test_embedded_database_file_is_durable_and_strict(tmp_path: Path) -> None:
    described = engines.sqlite(tmp_path, mode="demo")
    opened = sqlite3.connect(described["NAME"])
    opened.executescript(described["OPTIONS"]["init_command"])

    assert described["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert described["OPTIONS"]["timeout"] == 20
    assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert opened.execute("PRAGMA synchronous").fetchone() == (2,)
    assert opened.execute("PRAGMA foreign_keys").fetchone() == (1,)
    opened.close()


def test_postgres_session_is_bounded() -> None:
    described = engines.postgres("postgresql://someone@host:5433/il2ward?sslmode=require", pooled=True)

    assert described["NAME"] == "il2ward"
    assert described["PORT"] == "5433"
    assert described["OPTIONS"]["sslmode"] == "require"
    assert "statement_timeout=10s" in described["OPTIONS"]["options"]
    assert "lock_timeout=3s" in described["OPTIONS"]["options"]
    assert described["OPTIONS"]["pool"]["timeout"] == 5


@pytest.mark.django_db
def test_suite_runs_on_the_engine_it_was_given() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys")
            assert cursor.fetchone() == (1,)
            assert Path(connection.settings_dict["NAME"]).is_file()
        else:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("10s",)


def test_socket_lies_in_a_short_private_folder_when_the_home_is_deep() -> None:
    deep = Path("/srv") / ("d" * 90)

    assert engines.socket_path(Path("/srv/il2ward")) == Path("/srv/il2ward/run/redis.sock")
    assert len(str(engines.socket_path(deep))) <= engines.LONGEST_SOCKET_PATH
    assert engines.socket_path(deep) == engines.socket_path(deep)
