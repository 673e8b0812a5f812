"""Which values did the environment give, and are they ones the service may start with?"""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class BadSetting(ImproperlyConfigured):
    """A value in the environment that the service refuses to start with; the message names it."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        super().__init__(f"{name}: {why}.")


def text(name: str, default: str = "") -> str:
    """Return the value of ``name``, else ``default``; surrounding space is dropped."""
    return os.environ.get(name, default).strip()


def secret(name: str) -> str:
    """Return a secret from ``name`` or from the file that ``name_FILE`` names; empty when neither is set.

    Raises BadSetting when both are set, or when the file cannot be read or is empty.
    """
    direct, from_file = text(name), text(f"{name}_FILE")
    if not from_file:
        return direct
    if direct:
        raise BadSetting(name, f"set either {name} or {name}_FILE, not both")
    try:
        value = Path(from_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{name}_FILE", f"the file it names cannot be read ({type(error).__name__})") from error
    if not value:
        raise BadSetting(f"{name}_FILE", "the file it names is empty")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no value; anything but 1/true/yes/on and 0/false/no/off is refused."""
    word = text(name).lower()
    if not word:
        return default
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise BadSetting(name, f"must be yes or no, not {word!r}")


def whole(name: str, default: int, *, least: int, most: int) -> int:
    """Return a whole number between ``least`` and ``most``, both included."""
    word = text(name)
    if not word:
        return default
    if not word.isascii() or not word.lstrip("-").isdigit():
        raise BadSetting(name, f"must be a whole number, not {word!r}")
    if not least <= int(word) <= most:
        raise BadSetting(name, f"must be from {least} to {most}, not {word}")
    return int(word)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return one of ``allowed``; anything else is refused."""
    word = text(name, default) or default
    if word not in allowed:
        raise BadSetting(name, f"must be one of {', '.join(allowed)}, not {word!r}")
    return word


def names(name: str) -> list[str]:
    """Return the parts of a comma-separated value, without the empty ones."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def folder(name: str, default: Path) -> Path:
    """Return an absolute folder path; a path that exists and is a file is refused."""
    word = text(name)
    path = Path(word).expanduser().resolve() if word else default
    if path.exists() and not path.is_dir():
        raise BadSetting(name, "must name a folder, and it names a file")
    return path


def zone(name: str, default: str) -> str:
    """Return the name of an IANA time zone, used for display only; the service itself keeps UTC."""
    word = text(name, default) or default
    if word not in available_timezones():
        raise BadSetting(name, f"must be an IANA time zone such as Europe/Zurich, not {word!r}")
    return word
