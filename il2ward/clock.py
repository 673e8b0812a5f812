"""What time is it? The only place that reads the machine's clock; below the entrances it is `at`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings


def now() -> datetime:
    """Return the present instant, aware, in UTC.

    Outside production the file named by IL2WARD_CLOCK_FILE may move it by a whole number of seconds;
    a missing or empty file moves it by nothing.
    """
    return datetime.now(UTC) + offset()  # noqa: TID251


def offset() -> timedelta:
    """Return by how much the clock file moves the clock; zero when no file is configured."""
    if not settings.IL2WARD_CLOCK_FILE:
        return timedelta(0)
    path = Path(settings.IL2WARD_CLOCK_FILE)
    content = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    return timedelta(seconds=int(content)) if content else timedelta(0)
