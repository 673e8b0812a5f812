"""Make the demonstration ward: invented patients, demonstration accounts, device keys. Refused in production."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from il2ward import clock
from il2ward.staff.services.accounts import DemoAccountsRefused
from monitoring.simulation.seeding import seed


class Command(BaseCommand):
    """``manage.py seed_demo``: running it again changes nothing."""

    help = "Make the demonstration ward; refused in production, and running it again changes nothing."

    def handle(self, *_: Any, **__: Any) -> None:
        """Make the ward, or say that it is there."""
        try:
            made = seed(clock.now())
        except DemoAccountsRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write("The demonstration ward is made." if made else "The demonstration ward is there already.")
