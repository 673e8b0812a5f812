"""How does a monitor gateway or a laboratory system get its key? Once, into a file for its owner only."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from il2ward import clock
from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Site
from il2ward.staff.services import devices


class Command(BaseCommand):
    """``manage.py issue_key``: the key is written once and kept nowhere else."""

    help = "Registers a device that may send observations (or read) and writes its key to a new file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the hospital calls the device")
        parser.add_argument("--site", required=True, help="short name of the hospital")
        parser.add_argument("--file", required=True, type=Path, help="where the key goes; an existing file is refused")
        parser.add_argument(
            "--may", action="append", choices=devices.SCOPES, help="a right; observation:write when none is named"
        )
        parser.add_argument("--laboratory", action="store_true", help="it reports verified laboratory results")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Register the device and write its key, or do neither."""
        site = Site.objects.filter(code=options["site"]).first()
        if site is None:
            raise CommandError(f"There is no hospital called {options['site']!r}.")
        try:
            with transaction.atomic():
                _, key = devices.issue(
                    site=site,
                    name=options["name"],
                    scopes=options["may"] or devices.SCOPES[:1],
                    laboratory=options["laboratory"],
                    actor=SYSTEM,
                    at=clock.now(),
                )
                write_once(options["file"], key)
        except IntegrityError as error:
            raise CommandError(f"{site.name} has a device called {options['name']!r} already.") from error
        self.stdout.write(f"{options['name']} may send to {site.name}; its key is in {options['file']}.")


def write_once(file: Path, key: str) -> None:
    """Write the key to a new file that only its owner can read; raises CommandError when that cannot be done."""
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise CommandError(f"The key cannot be written to {file}: {error.strerror}.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(f"{key}\n")
