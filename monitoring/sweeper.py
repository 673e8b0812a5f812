"""The second net inside the web process: what the worker leaves waiting, this thread picks up."""

from __future__ import annotations

import logging
import threading

from django.db import close_old_connections

from il2ward import clock
from monitoring.services import rounds

EVERY_S = 1.0

log = logging.getLogger(__name__)


class Sweeper(threading.Thread):
    """Makes a round every second until told to stop; an error is logged and the next round tries again."""

    def __init__(self) -> None:
        super().__init__(name="sweeper", daemon=True)
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.wait(EVERY_S):
            self.make_round()

    def make_round(self) -> None:
        """One round; a database that is away is a reason to wait, never a reason to end."""
        close_old_connections()
        try:
            rounds.stand_in(at=clock.now())
        except Exception:
            # The net must not tear: whatever went wrong, the next round looks at every course again.
            log.exception("a round of the sweep failed; trying again")
        finally:
            close_old_connections()

    def stop(self) -> None:
        """Ask the thread to end after its present round."""
        self._stop_asked.set()
