"""Is the one clock aware and in UTC, and does only its file move it?"""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from il2ward import clock


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(("content", "seconds"), [("", 0), ("7200\n", 7200), ("-60", -60)])
def test_clock_is_moved_by_what_its_file_says(tmp_path: Path, settings: Settings, content: str, seconds: int) -> None:
    path = tmp_path / "clock"
    path.write_text(content)
    settings.IL2WARD_CLOCK_FILE = str(path)

    assert clock.offset() == timedelta(seconds=seconds)


def test_clock_is_not_moved_when_its_file_is_missing(tmp_path: Path, settings: Settings) -> None:
    settings.IL2WARD_CLOCK_FILE = str(tmp_path / "nowhere")

    assert clock.offset() == timedelta(0)
