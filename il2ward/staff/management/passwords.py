"""How does a command get the password of the person who acts? From a file or the terminal, never from its own line."""

from __future__ import annotations

import getpass
from pathlib import Path

from django.core.management.base import CommandError


def password(file: Path | None, *, whose: str) -> str:
    """Return the password from ``file``, else ask for it; raises CommandError when the file cannot be read."""
    return getpass.getpass(f"Password of {whose}: ") if file is None else password_in(file)


def password_in(file: Path) -> str:
    """Return the password that stands in ``file``; raises CommandError when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CommandError(f"The password file cannot be read: {error.strerror}.") from error
