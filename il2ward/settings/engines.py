"""Which database, broker and channel layer does this process talk to, and with which guarantees?"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from il2ward.settings import env

# AF_UNIX paths end at 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 100
SQLITE_OPTIONS: dict[str, Any] = {
    # A deferred transaction that reads and then writes fails at once with "database is locked",
    # whatever the timeout; an immediate one waits its turn.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
POSTGRES_SESSION = "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=15s"
POSTGRES_QUERY_KEYS = frozenset({"sslmode", "sslrootcert", "host"})
# Without these a task held by a killed worker comes back only after the default hour.
BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
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


def database(home: Path, *, mode: str, pooled: bool) -> dict[str, Any]:
    """Return Django's description of the database: PostgreSQL when an address is given, else a file."""
    address = env.secret("IL2WARD_DATABASE_URL")
    if not address:
        return sqlite(home, mode=mode)
    return postgres(address, pooled=pooled)


def sqlite(home: Path, *, mode: str) -> dict[str, Any]:
    """Describe the embedded database file; it must lie on a local disk, never on a network share."""
    described: dict[str, Any] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(home / "il2ward.sqlite3"),
        "OPTIONS": dict(SQLITE_OPTIONS),
        "ATOMIC_REQUESTS": False,
    }
    if mode == "test":
        # A file and not memory: threads, copies and the write-ahead log behave as in service.
        described["TEST"] = {"NAME": str(home / "test.sqlite3")}
    return described


def postgres(address: str, *, pooled: bool) -> dict[str, Any]:
    """Describe the PostgreSQL database of an address such as ``postgresql://user@host:5432/name``."""
    parts = urlsplit(address)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise env.BadSetting("IL2WARD_DATABASE_URL", "must begin with postgresql://")
    if not name:
        raise env.BadSetting("IL2WARD_DATABASE_URL", "must end with the database's name")
    if unknown := sorted(set(query) - POSTGRES_QUERY_KEYS):
        raise env.BadSetting("IL2WARD_DATABASE_URL", f"does not know the option {unknown[0]!r}")
    options: dict[str, Any] = {key: query[key] for key in ("sslmode", "sslrootcert") if key in query}
    options["options"] = POSTGRES_SESSION
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": 20, "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": env.secret("IL2WARD_DATABASE_PASSWORD") or unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
        "ATOMIC_REQUESTS": False,
    }


def socket_path(home: Path) -> Path:
    """Return where the embedded broker listens: in ``home``, else in a short private folder."""
    path = home / "run" / "redis.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"il2ward-{digest}" / "redis.sock"


def redis_url(home: Path) -> str:
    """Return the broker's address: the hospital's server when given, else the embedded socket."""
    given = env.secret("IL2WARD_REDIS_URL")
    if not given:
        return f"unix://{socket_path(home)}"
    if urlsplit(given).scheme not in {"redis", "rediss", "unix"}:
        raise env.BadSetting("IL2WARD_REDIS_URL", "must begin with redis://, rediss:// or unix://")
    return with_password(given, env.secret("IL2WARD_REDIS_PASSWORD"))


def with_password(address: str, password: str) -> str:
    """Return ``address`` with ``password`` put in, unless it is empty; both places at once are refused."""
    parts = urlsplit(address)
    if not password:
        return address
    if parts.password:
        raise env.BadSetting("IL2WARD_REDIS_PASSWORD", "is given, and IL2WARD_REDIS_URL holds a password too")
    quoted = "".join(char if char.isalnum() else f"%{byte:02X}" for char in password for byte in char.encode())
    return parts._replace(netloc=f"{parts.username or ''}:{quoted}@{parts.netloc.split('@')[-1]}").geturl()


def celery_url(address: str) -> str:
    """Return a broker address in Celery's spelling; it writes a unix socket differently."""
    return f"redis+socket://{address.removeprefix('unix://')}" if address.startswith("unix://") else address


def channel_layers(address: str, *, prefix: str) -> dict[str, Any]:
    """Return the channel layer; the core one drops messages at capacity and goes deaf after a restart."""
    return {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": address}], "prefix": prefix},
        }
    }


def celery(address: str) -> dict[str, Any]:
    """Return the Celery settings, under Django's CELERY_ names."""
    return {
        "CELERY_BROKER_URL": celery_url(address),
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_TASK_TIME_LIMIT": 20,
        "CELERY_TASK_SOFT_TIME_LIMIT": 15,
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_RESULT_BACKEND": None,
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": 10,
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS": True,
        "CELERY_BROKER_TRANSPORT_OPTIONS": dict(BROKER_TRANSPORT_OPTIONS),
        "CELERY_TASK_DEFAULT_QUEUE": "grading",
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_ENABLE_UTC": True,
        "CELERY_TIMEZONE": "UTC",
    }
