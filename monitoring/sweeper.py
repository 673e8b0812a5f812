"""The second net inside the web process: what the worker leaves waiting, this thread picks up."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from django.db import close_old_connections

from il2ward import clock
from monitoring.interop.telling import sending
from monitoring.services import rounds

EVERY_S = 1.0

log = logging.getLogger(__name__)


class Sweeper(threading.Thread):
    """Makes a round every second until told to stop; an error is logged and the next round tries again."""

    every_s = EVERY_S

    def __init__(self) -> None:
        super().__init__(name=type(self).__name__.lower(), daemon=True)
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.wait(self.every_s):
            self.make_round()

    def work(self, at: datetime) -> None:
        """What a round does."""
        rounds.stand_in(at=at)

    def make_round(self) -> None:
        """One round; a database that is away is a reason to wait, never a reason to end."""
        close_old_connections()
        try:
            self.work(clock.now())
        except Exception:
            # The net must not tear: whatever went wrong, the next round looks at every course again.
            log.exception("a round of the sweep failed; trying again")
        finally:
            close_old_connections()

    def stop(self) -> None:
        """Ask the thread to end after its present round."""
        self._stop_asked.set()


class Herald(Sweeper):
    """Sends what must leave the ward while the worker is silent; a thread of its own, for a receiver may be slow."""

    every_s = 5.0

    def work(self, at: datetime) -> None:
        """Send the mails and pages that are due, if nobody else does."""
        if rounds.worker_is_silent(at):
            sending.send_due(at=at)
