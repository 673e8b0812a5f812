"""How does a hospital say how much of a vial its pharmacy draws up? With an admin's or physician's own password."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dosing.management.commands.sign_off import site_of
from dosing.services import site_vials
from dosing.services.refusals import Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.staff.management.passwords import proven

MILLION = 1_000_000


class Command(BaseCommand):
    """``manage.py site_vial 18``: kept for good; the next choice counts from then on. No dose changes."""

    help = "Chooses how many million units the hospital counts on from one vial: 18 or 22."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("million_units", type=int, help="18 or 22")
        parser.add_argument("--reason", required=True, help="why, in at least 15 characters")
        parser.add_argument("--by", required=True, help="user name of the admin or physician who chooses")
        parser.add_argument("--password-file", type=Path, help="file with that person's password; else it is asked")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prove the person, then keep the choice."""
        at = clock.now()
        try:
            person = proven(options["by"], options["password_file"], whose="the person who chooses", at=at)
            row = site_vials.choose(
                site=site_of(person),
                recoverable_iu=options["million_units"] * MILLION,
                reason=options["reason"],
                actor=Actor(user=person),
                at=at,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{row}, chosen by {person.display_name}.")
