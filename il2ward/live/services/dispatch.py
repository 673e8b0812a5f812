"""Who talks to the broker, so that no request ever waits for it? One daemon thread per process."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping

from il2ward.live.services.sender import CouldNotSend, Sender

logger = logging.getLogger(__name__)

MOST_WAITING = 1000
RETRY_AFTER_S = 1.0
AT_EXIT_S = 0.5
SAY_EVERY_S = 10.0

Wake = tuple[str, tuple[tuple[str, int | str], ...]]


class Dispatcher:
    """Takes hints and wake-ups at once, never blocks, and sends them from a thread of its own.

    What waits is bounded and coalesced: one number per ward, one entry per task and arguments; the oldest
    goes first when too many wait. A hint that could not be sent is tried again, a wake-up is left to the sweep.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._hints: OrderedDict[int, int] = OrderedDict()
        self._wakes: OrderedDict[Wake, None] = OrderedDict()
        self._busy = False
        self._said_at = -SAY_EVERY_S
        self._thread: threading.Thread | None = None

    def hint(self, ward_id: int, number: int) -> None:
        """Let boards of the ward know that its picture has reached ``number``."""
        with self._changed:
            self._hints[ward_id] = max(number, self._hints.pop(ward_id, 0))
            self._shed_and_start(self._hints)

    def wake(self, task_name: str, kwargs: Mapping[str, int | str]) -> None:
        """Let a worker know that it has something to do."""
        with self._changed:
            self._wakes[task_name, tuple(sorted(kwargs.items()))] = None
            self._shed_and_start(self._wakes)

    def settle(self, timeout_s: float) -> bool:
        """Wait until nothing waits or is being sent; return False when ``timeout_s`` passed before."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._hints or self._wakes or self._busy), timeout_s)

    def _shed_and_start(self, waiting: OrderedDict[int, int] | OrderedDict[Wake, None]) -> None:
        while len(waiting) > MOST_WAITING:
            waiting.popitem(last=False)
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="live-dispatch", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _run(self) -> None:
        sender = Sender()
        while True:
            hints, wakes = self._take()
            failed = self._send(sender, hints, wakes)
            with self._changed:
                for ward_id, number in failed.items():
                    self._hints[ward_id] = max(number, self._hints.get(ward_id, 0))
                self._busy = False
                self._changed.notify_all()
            if failed:
                time.sleep(RETRY_AFTER_S)

    def _take(self) -> tuple[dict[int, int], list[Wake]]:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._hints or self._wakes))
            hints, wakes = dict(self._hints), list(self._wakes)
            self._hints.clear()
            self._wakes.clear()
            self._busy = True
            return hints, wakes

    def _send(self, sender: Sender, hints: dict[int, int], wakes: list[Wake]) -> dict[int, int]:
        """Send all of it; return the hints that did not go out."""
        try:
            for task_name, kwargs in wakes:
                sender.wake(task_name, dict(kwargs))
        except CouldNotSend as error:
            self._say(f"The broker took no wake-up, the sweep will do the work: {error}")
        try:
            sender.announce(hints)
        except CouldNotSend as error:
            self._say(f"The broker took no hint, boards poll meanwhile: {error}")
            return hints
        return {}

    def _say(self, sentence: str) -> None:
        """Log a failure, at most once in ten seconds: the broker may be gone for hours."""
        if time.monotonic() - self._said_at > SAY_EVERY_S:
            self._said_at = time.monotonic()
            logger.warning(sentence)


dispatcher = Dispatcher()
# A forked worker has none of its parent's threads and must not inherit a lock that one of them held.
os.register_at_fork(after_in_child=dispatcher.__init__)  # type: ignore[misc]
atexit.register(dispatcher.settle, AT_EXIT_S)
