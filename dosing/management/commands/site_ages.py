"""How does a hospital choose how old a value may be? With a physician's own password, and a reason."""

from __future__ import annotations

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dosing.management.commands.sign_off import site_of
from dosing.services import site_inputs
from dosing.services.refusals import Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.staff.management.passwords import proven


class Command(BaseCommand):
    """``manage.py site_ages``: kept as a version of the site's own contract; courses opened from then on follow it."""

    help = "Chooses how old values may be at the hospital of the physician who says so, for courses opened from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ages", nargs="+", help="an input and its hours, such as creatinine=28")
        parser.add_argument("--physician", required=True, help="user name of the physician who chooses")
        parser.add_argument("--reason", required=True, help="why, in at least 15 characters")
        parser.add_argument("--password-file", type=Path, help="file with the physician's password; else it is asked")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prove the physician, then keep the choice."""
        at, ages = clock.now(), dict(age(text) for text in options["ages"])
        try:
            physician = proven(options["physician"], options["password_file"], whose="the physician who chooses", at=at)
            row = site_inputs.choose_ages(
                site=site_of(physician), ages=ages, reason=options["reason"], actor=Actor(user=physician), at=at
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"{row}, sha256 {row.sha256}, chosen by {physician.display_name}. Running courses keep theirs."
        )


def age(text: str) -> tuple[str, Decimal]:
    """Return the input and its hours; raises CommandError for anything but name=hours."""
    name, _, hours = text.partition("=")
    try:
        return name.strip(), Decimal(hours)
    except InvalidOperation as error:
        raise CommandError(f"{text!r} is not an input and its hours, such as creatinine=28.") from error
