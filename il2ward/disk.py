"""How full is the disk that this service writes to: its database file, its broker's log, its own logs?"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

FILLING_AT_PERCENT, FULL_AT_PERCENT = 80, 95
# A large disk at 95 % has room for years: below these the percentage counts.
FILLING_BELOW_BYTES, FULL_BELOW_BYTES = 5 * 1024**3, 1024**3


@dataclass(frozen=True, slots=True)
class Disk:
    """One disk: ``free_bytes`` this service may still write of the ``size_bytes`` it may use; 0: nobody can tell."""

    size_bytes: int
    free_bytes: int

    @property
    def used_percent(self) -> int:
        """How much is used, in whole per cent, rounded down; 100 where nobody can tell."""
        return 100 * (self.size_bytes - self.free_bytes) // self.size_bytes if self.size_bytes else 100

    @property
    def state(self) -> str:
        """``full`` from 95 % used (inclusive) with under 1 GiB left; ``filling`` from 80 % with under 5; or ``up``."""
        if self.used_percent >= FULL_AT_PERCENT and self.free_bytes < FULL_BELOW_BYTES:
            return "full"
        if self.used_percent >= FILLING_AT_PERCENT and self.free_bytes < FILLING_BELOW_BYTES:
            return "filling"
        return "up"


def disk_of(folder: Path) -> Disk:
    """Return the disk that ``folder`` lies on; one that cannot be read counts as full."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return Disk(0, 0)
    return Disk(usage.used + usage.free, usage.free)
