"""How does a hospital state the limits its laboratory does not send? With an admin's or physician's own password."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dosing.services.refusals import Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.staff.management.passwords import proven
from monitoring.domain.measurement import parse_number
from monitoring.services import site_limits


class Command(BaseCommand):
    """``manage.py site_limit``: kept for good; the next statement of the same observable counts from then on."""

    help = "States a laboratory's limits of normal, for results of the hospital that come without their own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("observable", help="what is measured, such as creatinine")
        parser.add_argument("unit", help="the unit of the limits, such as mg/dL")
        parser.add_argument("--lower", help="lower limit of normal")
        parser.add_argument("--upper", help="upper limit of normal")
        parser.add_argument("--source", required=True, help="where they come from, such as the handbook of which date")
        parser.add_argument("--from", dest="valid_from", help="first instant, ISO 8601 with offset; else now")
        parser.add_argument("--by", required=True, help="user name of the admin or physician who states them")
        parser.add_argument("--password-file", type=Path, help="file with that person's password; else it is asked")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prove the person, then keep the statement and grade again what it touches."""
        at = clock.now()
        try:
            person = proven(options["by"], options["password_file"], whose="the person who states the limits", at=at)
            if person.site is None:
                raise CommandError(f"{person.display_name} belongs to no hospital.")
            row = site_limits.set_limit(
                site=person.site, observable=options["observable"], unit=options["unit"],
                lln=number(options["lower"]), uln=number(options["upper"]), source=options["source"],
                valid_from=instant(options["valid_from"], at), actor=Actor(user=person), at=at,
            )  # fmt: skip
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{row}, from {row.valid_from.isoformat()}, stated by {person.display_name}.")


def number(text: str | None) -> Decimal | None:
    """Return the limit as written; raises CommandError for anything but a plain decimal number."""
    if text is None:
        return None
    found = parse_number(text)
    if found is None:
        raise CommandError(f"{text!r} is not a plain decimal number.")
    return found


def instant(text: str | None, at: datetime) -> datetime:
    """Return the instant as written, ``at`` when none was; raises CommandError without an offset."""
    if text is None:
        return at
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is not an ISO 8601 instant.") from error
    if found.tzinfo is None:
        raise CommandError(f"{text!r} has no offset, such as +01:00.")
    return found
