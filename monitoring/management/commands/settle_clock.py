"""How does an admin say that the server's clock is right again? With their own password."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dosing.services.refusals import Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.staff.management.passwords import proven
from il2ward.staff.models import Role
from monitoring.services import clock_mark


class Command(BaseCommand):
    """``manage.py settle_clock --by ADMIN``: after the clock ran ahead and was put back, doses can be decided again."""

    help = "Says that the server's clock is right now, after it had run ahead; kept in the audit log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", required=True, help="user name of the admin who compared the clock with another")
        parser.add_argument("--password-file", type=Path, help="file with that person's password; else it is asked")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prove the admin, then forget the time that never was."""
        at = clock.now()
        try:
            person = proven(options["by"], options["password_file"], whose="the admin who settles the clock", at=at)
            if person.role != Role.ADMIN:
                raise CommandError(f"{person.display_name} is no admin.")
            mark = clock_mark.settle(actor=Actor(user=person), at=at)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"{at.isoformat(timespec='seconds')} is taken as the true time; {mark.isoformat(timespec='seconds')} stood "
            "before. Put right what was recorded meanwhile."
        )
