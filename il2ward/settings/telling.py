"""By which ways may a message about an alert leave the ward?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from il2ward.settings import env

CHANNELS = {"email": "monitoring.interop.telling.mail.Mail", "webhook": "monitoring.interop.telling.pager.Pager"}
TIMEOUT_S = 8


def channels() -> dict[str, str]:
    """Return the channels in use by name; all of them unless ``IL2WARD_CHANNEL_NAMES`` names some."""
    names = env.names("IL2WARD_CHANNEL_NAMES") or list(CHANNELS)
    if unknown := [name for name in names if name not in CHANNELS]:
        raise env.BadSetting("IL2WARD_CHANNEL_NAMES", f"knows {', '.join(CHANNELS)}, not {unknown[0]!r}")
    return {name: CHANNELS[name] for name in names}


def public_url(hosts: list[str], *, own: str, mode: str) -> str:
    """Return where people open the service from outside the ward, without a slash at the end."""
    usual = f"https://{hosts[0]}" if mode == "production" else own
    return (env.text("IL2WARD_PUBLIC_URL") or usual).rstrip("/")


def mail_domain() -> str:
    """Return the domain of the sender and of message ids."""
    return env.text("IL2WARD_MAIL_DOMAIN") or "il2ward.invalid"


def mail(home: Path, *, mode: str) -> dict[str, Any]:
    """Return Django's mail settings. A demonstration without a mail server writes each mail to a file instead."""
    host = env.text("IL2WARD_MAIL_HOST")
    to_files = mode != "production" and not host
    kind = "filebased" if to_files else "smtp"
    return {
        "EMAIL_BACKEND": f"django.core.mail.backends.{kind}.EmailBackend",
        "EMAIL_FILE_PATH": home / "mail",
        "EMAIL_HOST": host,
        "EMAIL_PORT": env.whole("IL2WARD_MAIL_PORT", 587, least=1, most=65535),
        "EMAIL_HOST_USER": env.text("IL2WARD_MAIL_USER"),
        "EMAIL_HOST_PASSWORD": env.secret("IL2WARD_MAIL_PASSWORD"),
        "EMAIL_USE_TLS": env.flag("IL2WARD_MAIL_TLS", default=True),
        "EMAIL_TIMEOUT": TIMEOUT_S,
        "DEFAULT_FROM_EMAIL": env.text("IL2WARD_MAIL_FROM") or f"il2ward@{mail_domain()}",
    }
