"""How does a physician put their name under a protocol or regimen? With their own password, for their hospital."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dosing.domain import verification
from dosing.models import RuleFile
from dosing.selectors.rule_files import unread_rows
from dosing.services import signoffs
from dosing.services.refusals import Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.staff.management.passwords import proven
from il2ward.staff.models import Site, User


class Command(BaseCommand):
    """``manage.py sign_off``: shows what is signed and which rows nobody read, asks for the password, keeps it."""

    help = "Signs off one protocol or regimen, by its key, for the hospital of the physician who signs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="the protocol or regimen, such as consensus_2014")
        parser.add_argument("--rules-version", dest="rules_version", type=int, help="its version; else the newest")
        parser.add_argument("--physician", required=True, help="user name of the physician who signs")
        parser.add_argument("--statement", required=True, help="what the physician says with the signature")
        parser.add_argument("--minimum-min", type=int, help="with a regimen: least minutes between two starts")
        parser.add_argument("--password-file", type=Path, help="file with the physician's password; else it is asked")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prove the physician, then keep the signature."""
        rule_file, at = chosen(options["key"], options["rules_version"]), clock.now()
        self.stdout.write(f"{rule_file.kind} {rule_file}, sha256 {rule_file.sha256}")
        for row, level in unread_rows(rule_file).items():
            self.stdout.write(f"  {row}: {verification.words(level)}")
        try:
            physician = proven(options["physician"], options["password_file"], whose="the physician who signs", at=at)
            signoffs.sign(
                site=site_of(physician),
                rule_file=rule_file,
                statement=options["statement"],
                minimum_start_to_start_min=options["minimum_min"],
                actor=Actor(user=physician),
                at=at,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Signed off by {physician.display_name}.")


def chosen(key: str, version: int | None) -> RuleFile:
    """Return the adopted rule file of this key, the newest unless ``version`` says which."""
    known = RuleFile.objects.filter(key=key, kind__in=("protocol", "regimen"))
    rule_file = (known if version is None else known.filter(version=version)).order_by("-version").first()
    if rule_file is None:
        raise CommandError(f"There is no protocol or regimen called {key!r} here. Run setup first.")
    return rule_file


def site_of(physician: User) -> Site:
    """Return the physician's hospital; raises CommandError for one who belongs to none."""
    if physician.site is None:
        raise CommandError(f"{physician.display_name} belongs to no hospital.")
    return physician.site
