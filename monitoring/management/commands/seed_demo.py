"""Make the demonstration ward: invented patients, demonstration accounts, device keys. Refused in production."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from il2ward import clock
from il2ward.staff.services.accounts import DemoAccountsRefused
from monitoring.simulation.renewal import renew
from monitoring.simulation.seeding import SEED, seed


class Command(BaseCommand):
    """``manage.py seed_demo``: running it again changes nothing while the ward has doses around now."""

    help = "Make the demonstration ward, or let it begin again when its doses are over; refused in production."

    def handle(self, *_: Any, **__: Any) -> None:
        """Make the ward, or say that it is there."""
        now = clock.now()
        try:
            made = seed(now)
            renewed = [] if made else renew(now, seed=SEED)
        except DemoAccountsRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write("The demonstration ward is made." if made else "The demonstration ward is there already.")
        if renewed:
            self.stdout.write(f"A new course begins in bed {', '.join(renewed)}.")
