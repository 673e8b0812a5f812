"""Who may use a home folder? One supervisor at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class HomeInUse(RuntimeError):
    """Another supervisor already runs on this home."""


@contextmanager
def only_supervisor(home: Path) -> Iterator[None]:
    """Hold the home for the length of the block; the kernel lets go of it however the process ends.

    Raises HomeInUse, naming the other process, when it is held already.
    """
    path = home / "run" / "ward.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    with path.open("a+", encoding="ascii") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            stream.seek(0)
            holder = stream.read().strip() or "unknown"
            raise HomeInUse(f"A ward already runs on {home} (process {holder}).") from held
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield
