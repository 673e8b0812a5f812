"""Is somebody told before the disk is full, and only then? Both sides of every limit."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template.loader import render_to_string

from il2ward.disk import Disk, disk_of

GIB = 1024**3


@pytest.mark.parametrize(
    ("size", "free", "state"),
    [
        (10 * GIB, 10 * GIB * 20 // 100 + 1, "up"),
        (10 * GIB, 10 * GIB * 20 // 100, "filling"),
        (100 * GIB, 5 * GIB, "up"),
        (100 * GIB, 5 * GIB - 1, "filling"),
        (10 * GIB, 10 * GIB * 5 // 100 + 1, "filling"),
        (10 * GIB, 10 * GIB * 5 // 100, "full"),
        (100 * GIB, GIB, "filling"),
        (100 * GIB, GIB - 1, "full"),
        (0, 0, "full"),
    ],
)
def test_disk_is_called_full_by_its_share_and_by_what_is_left(size: int, free: int, state: str) -> None:
    assert Disk(size, free).state == state


def test_disk_that_cannot_be_read_counts_as_full(tmp_path: Path) -> None:
    assert disk_of(tmp_path / "nowhere").state == "full"
    assert disk_of(tmp_path).size_bytes > 0


def test_ward_is_told_only_when_entries_may_be_lost_and_an_admin_before() -> None:
    full, filling = Disk(10 * GIB, GIB // 4), Disk(10 * GIB, GIB)
    assert "may soon not be saved" in render_to_string("parts/disk.html", {"disk": full})
    assert render_to_string("parts/disk.html", {"disk": filling}).strip() == ""
    assert "90 % used" in render_to_string("parts/disk.html", {"disk": filling, "filling_too": True})
