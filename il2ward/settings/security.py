"""Which keys, hosts, cookies and refusals protect this process in its mode?"""

from __future__ import annotations

import contextlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from il2ward.settings import env

LEAST_KEY_LENGTH = 50
LEAST_KEY_CHARACTERS = 12
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
TELLING_WORDS = ("insecure", "changeme", "change-me", "default", "example", "secret", "il2ward-demo")


def secret_key(home: Path, *, mode: str) -> str:
    """Return the signing key: given in production, kept in ``home`` in a demonstration, fixed in tests."""
    given = env.secret("IL2WARD_SECRET_KEY")
    if mode == "production":
        return strong(given)
    if mode == "test":
        return given or "only-for-the-test-suite-" * 3
    return given or kept_key(home / "secret.key")


def strong(key: str) -> str:
    """Return ``key`` when it is fit for production; raise BadSetting when it is absent, short or a word."""
    if not key:
        raise env.BadSetting("IL2WARD_SECRET_KEY", "production needs a key of its own, and none is set")
    if len(key) < LEAST_KEY_LENGTH or len(set(key)) < LEAST_KEY_CHARACTERS:
        raise env.BadSetting("IL2WARD_SECRET_KEY", f"production needs at least {LEAST_KEY_LENGTH} varied characters")
    if any(word in key.lower() for word in TELLING_WORDS):
        raise env.BadSetting("IL2WARD_SECRET_KEY", "looks like a placeholder; make a random one")
    return key


def kept_key(path: Path) -> str:
    """Return the key in ``path``, making the file (readable by its owner only) on the first start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
            stream.write(secrets.token_urlsafe(64))
        # link() refuses to replace: of two processes starting together, both read the winner's key.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text(encoding="utf-8").strip()


def allowed_hosts(*, mode: str) -> list[str]:
    """Return the exact host names to answer; a demonstration answers on this machine only."""
    given = env.names("IL2WARD_ALLOWED_HOSTS")
    if mode == "production":
        if not given:
            raise env.BadSetting("IL2WARD_ALLOWED_HOSTS", "production needs the names it is reached under")
        if any("*" in host or host.startswith(".") for host in given):
            raise env.BadSetting("IL2WARD_ALLOWED_HOSTS", "names hosts exactly, without a wildcard")
        return given
    if foreign := [host for host in given if host not in LOOPBACK]:
        raise env.BadSetting(
            "IL2WARD_ALLOWED_HOSTS", f"{mode} mode answers on this machine only, so not under {foreign[0]!r}"
        )
    return [*LOOPBACK, "testserver"] if mode == "test" else list(LOOPBACK)


def refuse_in_production(*, mode: str) -> None:
    """Raise BadSetting when production is asked for together with what only a demonstration may have."""
    if mode != "production":
        return
    if env.flag("IL2WARD_DEBUG", default=False):
        raise env.BadSetting("IL2WARD_DEBUG", "must be off in production")
    if env.flag("IL2WARD_DEMO_ACCOUNTS", default=False):
        raise env.BadSetting("IL2WARD_DEMO_ACCOUNTS", "demonstration accounts are refused in production")
    if env.text("IL2WARD_CLOCK_FILE"):
        raise env.BadSetting("IL2WARD_CLOCK_FILE", "a clock that can be moved is refused in production")


def cookies(*, encrypted: bool) -> dict[str, Any]:
    """Return the cookie and transport settings; ``encrypted`` means that pages come over https."""
    host_bound = "__Host-" if encrypted else ""
    return {
        "SESSION_COOKIE_NAME": f"{host_bound}sessionid",
        "SESSION_COOKIE_SECURE": encrypted,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_AGE": 12 * 60 * 60,
        "CSRF_COOKIE_NAME": f"{host_bound}csrftoken",
        "CSRF_COOKIE_SECURE": encrypted,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "SECURE_SSL_REDIRECT": encrypted,
        # Asked by the machine itself, without the proxy and its certificate.
        "SECURE_REDIRECT_EXEMPT": [r"^healthz$"],
        "SECURE_HSTS_SECONDS": 2 * 365 * 24 * 3600 if encrypted else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": encrypted,
        "SECURE_HSTS_PRELOAD": encrypted,
        "SECURE_REFERRER_POLICY": "no-referrer",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
    }


def lockout() -> dict[str, Any]:
    """Return the sign-in lockout: a person at an address, so that one nurse's typos do not lock the ward."""
    return {
        "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
        "AXES_FAILURE_LIMIT": 8,
        "AXES_COOLOFF_TIME": timedelta(minutes=15),
        "AXES_RESET_ON_SUCCESS": True,
        "AXES_ENABLE_ADMIN": False,
        "AXES_VERBOSE": False,
        "AXES_SENSITIVE_PARAMETERS": ["username", "ip_address"],
    }
