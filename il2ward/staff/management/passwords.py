"""How does a command know who acts? By their password, from a file or the terminal, never from its own line."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path

from django.core.management.base import CommandError

from il2ward.staff.models import User
from il2ward.staff.services import reauthentication
from il2ward.staff.services.reauthentication import TooManyWrongPasswords, WrongPassword


def proven(username: str, file: Path | None, *, whose: str, at: datetime) -> User:
    """Return the person of that user name once their password has proven them; raises CommandError."""
    try:
        return reauthentication.prove_by_name(username, password(file, whose=whose), at)
    except (WrongPassword, TooManyWrongPasswords) as refused:
        raise CommandError(str(refused)) from refused


def password(file: Path | None, *, whose: str) -> str:
    """Return the password from ``file``, else ask for it; raises CommandError when the file cannot be read."""
    return getpass.getpass(f"Password of {whose}: ") if file is None else password_in(file)


def password_in(file: Path) -> str:
    """Return the password that stands in ``file``; raises CommandError when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CommandError(f"The password file cannot be read: {error.strerror}.") from error
