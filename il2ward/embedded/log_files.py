"""Where do a child's lines go, and what keeps them from filling the disk?"""

from __future__ import annotations

from collections import deque
from pathlib import Path

LARGEST_FILE_BYTES = 5 * 1024 * 1024
OLD_FILES_KEPT = 3
LAST_LINES_KEPT = 12


class LogFile:
    """One child's log: appended to, turned over at five MiB, three older files kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES_KEPT)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.stream = path.open("ab", buffering=0)
        self.size = self.stream.tell()

    def write(self, chunk: bytes) -> None:
        """Append what a child said, turning the file over first when it has grown too large."""
        if self.size + len(chunk) > LARGEST_FILE_BYTES and self.size:
            self.turn_over()
        self.stream.write(chunk)
        self.size += len(chunk)
        self.last_lines.extend(chunk.decode("utf-8", "replace").splitlines())

    def turn_over(self) -> None:
        """Move ``x.log`` to ``x.log.1`` and so on, dropping the oldest, and begin an empty file."""
        self.stream.close()
        for number in range(OLD_FILES_KEPT, 0, -1):
            older = self.path if number == 1 else self.numbered(number - 1)
            if older.exists():
                older.replace(self.numbered(number))
        self.stream = self.path.open("ab", buffering=0)
        self.size = 0

    def numbered(self, number: int) -> Path:
        """Return the path of the ``number``-th older file; 1 is the youngest."""
        return self.path.with_name(f"{self.path.name}.{number}")

    def close(self) -> None:
        """Close the file; what was written is already on its way to the disk."""
        self.stream.close()
