"""Which real engines does a test run on, and when does a test say that it cannot run here?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from il2ward.embedded.redis import RedisServer, start_redis
from il2ward.settings.engines import socket_path

HOME = Path(settings.IL2WARD_HOME)


@pytest.fixture(scope="session", autouse=True)
def redis_server() -> Iterator[RedisServer]:
    """Run a real broker for the whole session, on the socket that the settings name."""
    server = start_redis(data=HOME / "redis", socket=socket_path(HOME), log=HOME / "log" / "redis.log")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def realworld() -> Path:
    """Return the folder of recorded data; skip where there is none."""
    folder = Path(settings.IL2WARD_REALWORLD or "-")
    if not folder.is_dir():
        pytest.skip("needs recorded data: set IL2WARD_REALWORLD to its folder")
    return folder
