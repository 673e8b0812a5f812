"""How is a child process started so that it can never outlive the process that started it?"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1


def start_child(
    command: Sequence[str],
    *,
    output: IO[bytes] | int,
    environment: Mapping[str, str] | None = None,
    user: int | None = None,
    folder: Path | None = None,
    if_orphaned: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start ``command`` in a process group of its own; the kernel ends it when this process dies.

    ``if_orphaned`` is the signal it then gets. ``user`` is a numeric user to become, which only root may
    ask for. Call it from a thread that lives as long as the process: Linux counts that thread's death.
    """
    return subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=None if environment is None else dict(environment),
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        cwd=folder,
        start_new_session=True,
        # Runs two system calls only; the supervisor has one thread.
        preexec_fn=bound_to(os.getpid(), if_orphaned),  # noqa: PLW1509
    )


def bound_to(parent: int, number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs before its program so that it dies with ``parent``; None where it cannot."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def bind() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        # The parent may have died between the fork and the line above.
        if os.getppid() != parent:
            os._exit(1)

    return bind


def end_group(process: subprocess.Popen[bytes], *, within_s: float) -> None:
    """Ask a child's whole group to end, and kill what is left after ``within_s`` seconds."""
    signal_group(process, signal.SIGTERM)
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        signal_group(process, signal.SIGKILL)
        process.wait()


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to every process of a child's group; a group that is gone is left alone."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
