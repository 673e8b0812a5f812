"""How does a real hospital begin? Its first site, ward, beds and admin, the rules of the release, and no demo data."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.db import transaction

from dosing.rules.loader import RuleFileRefused
from dosing.services import rules
from il2ward import clock
from il2ward.audit.actor import SYSTEM
from il2ward.staff.management.passwords import password_in
from il2ward.staff.models import Role, Site, User
from il2ward.staff.services import accounts, places
from monitoring.selectors import release

NEEDED = (
    ("site_code", "Short name of the hospital (letters, digits, hyphens)"),
    ("site_name", "Name of the hospital"),
    ("ward_code", "Short name of the ward"),
    ("ward_name", "Name of the ward"),
    ("beds", "Beds, as on the walls, separated by commas"),
    ("admin", "User name of the first admin"),
    ("admin_name", "Name of the first admin, as the ward knows them"),
)


class Command(BaseCommand):
    """``manage.py setup``: running it again with the same answers changes nothing."""

    help = "Makes the first hospital, ward, beds and admin, adopts the released rules, lists what must be signed off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, question in NEEDED:
            parser.add_argument(f"--{name.replace('_', '-')}", help=question)
        parser.add_argument("--time-zone", default="UTC", help="IANA name, such as Europe/Zurich; for the screen only")
        parser.add_argument("--password-file", type=Path, help="file that holds the admin's password; else it is asked")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask for what was not given, then make everything or nothing."""
        at, answers = clock.now(), {name: options[name] or ask(question) for name, question in NEEDED}
        try:
            with transaction.atomic():
                for line in made(answers, options["time_zone"], options["password_file"], at):
                    self.stdout.write(line)
        except (ValidationError, places.UnknownZone, RuleFileRefused) as refused:
            raise CommandError(" ".join(getattr(refused, "messages", [str(refused)]))) from refused


def made(answers: dict[str, str], time_zone: str, password_file: Path | None, at: datetime) -> list[str]:
    """Make what is not there yet and return what there is to say about it."""
    for name in ("site_code", "ward_code"):
        validate_slug(answers[name])
    site, is_new = places.found_site(
        code=answers["site_code"], name=answers["site_name"], time_zone=time_zone, actor=SYSTEM, at=at
    )
    ward, opened = places.open_ward(
        site=site, code=answers["ward_code"], name=answers["ward_name"], actor=SYSTEM, at=at
    )
    labels = [label.strip() for label in answers["beds"].split(",") if label.strip()]
    beds = places.put_up_beds(ward=ward, labels=labels, actor=SYSTEM, at=at)
    return [
        f"Hospital {site.name}: {'made' if is_new else 'there already'}.",
        f"Ward {ward.name}: {'made' if opened else 'there already'}; {len(beds)} beds added.",
        first_admin(site, answers, password_file, at),
        *adopted(site, at),
    ]


def first_admin(site: Site, answers: dict[str, str], password_file: Path | None, at: datetime) -> str:
    """Make the admin's account, unless it is there; its password is never changed here."""
    known = User.objects.filter(username=answers["admin"]).first()
    if known is not None:
        if known.role != Role.ADMIN or known.site_id != site.pk:
            raise ValidationError(f"The user name {answers['admin']!r} belongs to somebody else.")
        return f"Admin {known.display_name}: there already."
    user = accounts.create(
        site=site,
        username=answers["admin"],
        display_name=answers["admin_name"],
        role=Role.ADMIN,
        password=password(password_file),
        actor=SYSTEM,
        at=at,
    )
    return f"Admin {user.display_name}: made."


def adopted(site: Site, at: datetime) -> list[str]:
    """Adopt the rules of the release and return what a physician of the site must still sign off."""
    files = [rules.adopt(loaded, kind, at) for kind, loaded in release.released()]
    waiting = [f"  {row.kind} {row}" for row in release.unsigned(site)]
    said = [f"Rules of this release: {len(files)} files adopted."]
    return [*said, "A physician must sign off before a course may use:", *waiting] if waiting else said


def password(file: Path | None) -> str:
    """Return the password from ``file``, else ask for it twice; it is never taken from the command line."""
    if file is not None:
        return password_in(file)
    first = getpass.getpass("Password of the first admin: ")
    if first != getpass.getpass("The same again: "):
        raise CommandError("The two passwords differ.")
    return first


def ask(question: str) -> str:
    """Ask on the terminal until something is answered; without a terminal the option must be given."""
    try:
        while not (answer := input(f"{question}: ").strip()):
            pass
    except EOFError as error:
        raise CommandError(f"Not given, and there is nobody to ask: {question}.") from error
    return answer
