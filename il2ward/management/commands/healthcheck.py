"""`manage.py healthcheck PART`: does this part of the service work? For the checks of a container engine."""

from __future__ import annotations

import argparse
import socket
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from il2ward import clock
from il2ward.health import worker_state
from monitoring.selectors.health import signs

LONGEST_WAIT_S = 3


class Command(BaseCommand):
    """Exit 0 when the part works, 1 with a sentence when it does not."""

    help = "Check one part: web and mllp answer; worker and beat show their sign of life in the database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare which part."""
        parser.add_argument("part", choices=("web", "worker", "beat", "mllp"))

    def handle(self, *_args: object, **options: Any) -> None:
        """Check the part and say that it works."""
        if options["part"] == "web":
            ask_web()
        elif options["part"] == "mllp":
            ask_mllp()
        elif (state := worker_state(signs(), at=clock.now())) != "up":
            # Beat asks and the worker answers, so one sign of life shows that both move.
            raise CommandError(f"The worker's last sign of life is {state}.")
        self.stdout.write(f"{options['part']} works")


def ask_mllp() -> None:
    """See that somebody listens for HL7 v2 here; nothing is said."""
    try:
        socket.create_connection(("127.0.0.1", settings.IL2WARD_HL7_PORT), LONGEST_WAIT_S).close()
    except OSError as silent:
        raise CommandError(f"Nobody listens on port {settings.IL2WARD_HL7_PORT}: {silent}.") from silent


def ask_web() -> None:
    """Ask the web process for its health; that it answers is enough, a part that is late is another's matter."""
    host = settings.ALLOWED_HOSTS[0]
    request = urllib.request.Request(f"{settings.IL2WARD_WEB_URL}/healthz", headers={"Host": host})  # noqa: S310
    try:
        urllib.request.urlopen(request, timeout=LONGEST_WAIT_S).close()  # noqa: S310
    except urllib.error.HTTPError as answer:
        if answer.code != 503:
            raise CommandError(f"The web process answers {answer.code}.") from answer
    except OSError as silent:
        raise CommandError(f"The web process does not answer: {silent}.") from silent
