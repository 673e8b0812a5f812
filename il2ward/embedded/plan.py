"""Which programs make up a ward on one machine, in which order, with which options?"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from il2ward.embedded import redis
from il2ward.settings.engines import socket_path

# The first step, migrating, runs the system checks; run again by each part, they would only let the ward answer later.
CHECKED = "--skip-checks"
CELERY = (sys.executable, "-m", "celery", "-A", "il2ward", CHECKED)
MANAGE = Path(__file__).resolve().parent.parent.parent / "manage.py"


@dataclass(frozen=True)
class Program:
    """One child of the supervisor. ``lasting`` ones are always restarted; others may finish."""

    name: str
    command: tuple[str, ...]
    lasting: bool = True


@dataclass(frozen=True)
class Plan:
    """What one supervisor runs: the broker first, then each step to its end, then the programs."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    embedded_broker: bool = True
    demo: bool = False
    still: bool = False
    play: tuple[str, ...] = ()
    speed: str = ""
    hl7_host: str = "127.0.0.1"
    hl7_port: int = 0
    given: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def url(self) -> str:
        """The address people open."""
        shown = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{shown}:{self.port}/"

    @property
    def socket(self) -> Path:
        """Where the embedded broker listens."""
        return socket_path(self.home)

    @property
    def environment(self) -> dict[str, str]:
        """What every child is told: the same home, and where the web process answers."""
        return {
            **self.given,
            "DJANGO_SETTINGS_MODULE": "il2ward.settings",
            "IL2WARD_HOME": str(self.home),
            "IL2WARD_WEB_URL": self.url.rstrip("/"),
            "PYTHONUNBUFFERED": "1",
        }

    def broker(self) -> Program | None:
        """Return the embedded broker, or None when the hospital's own is configured."""
        if not self.embedded_broker:
            return None
        return Program("redis", tuple(redis.command(data=self.home / "redis", socket=self.socket)))

    def steps(self) -> list[Program]:
        """Return what must end well before anything may answer."""
        steps = [Program("migrate", manage("migrate", "--noinput", "--verbosity", "1"), lasting=False)]
        if self.demo:
            steps.append(Program("seed", manage("seed_demo", CHECKED), lasting=False))
        return steps

    def programs(self) -> list[Program]:
        """Return the programs that serve the ward."""
        serving = [Program("web", web(self.host, self.port)), Program("worker", worker()), Program("beat", beat())]
        if self.hl7_port:
            serving.append(
                Program("mllp", manage("mllp", CHECKED, "--host", self.hl7_host, "--port", str(self.hl7_port)))
            )
        return serving

    def extras(self) -> list[Program]:
        """Return what feeds a demonstration once the ward answers."""
        extras = []
        if self.demo and not self.still:
            extras.append(Program("simulate", manage("simulate", CHECKED, "--follow"), lasting=False))
        if self.play:
            speed = ("--speed", self.speed) if self.speed else ()
            extras.append(Program("play", manage("play", CHECKED, *self.play, *speed), lasting=False))
        return extras


def manage(*words: str) -> tuple[str, ...]:
    """Return the command line of one administrative command."""
    return (sys.executable, str(MANAGE), *words)


def web(host: str, port: int) -> tuple[str, ...]:
    """Return the web process: one, because SQLite has one writer and each board one process to listen to."""
    return (
        *(sys.executable, "-m", "uvicorn", "il2ward.asgi:application"),
        *("--host", host, "--port", str(port), "--lifespan", "on"),
        *("--ws-ping-interval", "5", "--ws-ping-timeout", "10", "--ws-max-size", "65536"),
        *("--no-access-log", "--no-server-header", "--no-proxy-headers"),
        *("--timeout-graceful-shutdown", "4"),
    )


def worker() -> tuple[str, ...]:
    """Return the grading worker: threads keep their database connection, forked children would not."""
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return (*CELERY, "worker", "-P", "threads", "-c", "4", *quiet, "-l", "WARNING", "-n", "grading@%h")


def beat() -> tuple[str, ...]:
    """Return the clock of the sweeps; it keeps nothing on disk, because intervals need no memory."""
    return (*CELERY, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile=", "-l", "WARNING")
