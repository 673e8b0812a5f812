"""How does a hospital register a system that reads or sends over FHIR with keys of its own?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from il2ward import clock
from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Site
from il2ward.staff.services import system_clients


class Command(BaseCommand):
    """``manage.py register_system``: the system's public keys in, its client id out."""

    help = "Registers a system (SMART Backend Services) by its public keys and prints its client id."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the hospital calls the system")
        parser.add_argument("--site", required=True, help="short name of the hospital")
        keys = parser.add_mutually_exclusive_group(required=True)
        keys.add_argument("--jwks", type=Path, help="file with its public keys, as a JSON Web Key Set")
        keys.add_argument("--jwks-url", default="", help="where its public keys stand")
        parser.add_argument("--scope", required=True, action="append", help="such as system/Observation.rs; repeatable")
        parser.add_argument("--laboratory", action="store_true", help="it reports verified laboratory results")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Register it, or say why not."""
        site = Site.objects.filter(code=options["site"]).first()
        if site is None:
            raise CommandError(f"There is no hospital called {options['site']!r}.")
        try:
            file = options["jwks"]
            jwks = None if file is None else json.loads(file.read_text(encoding="utf-8"))
            client = system_clients.register(
                site=site, name=options["name"], scopes=options["scope"],
                jwks=jwks if jwks is None or isinstance(jwks, dict) else {}, jwks_url=options["jwks_url"],
                laboratory=options["laboratory"], actor=SYSTEM, at=clock.now(),
            )  # fmt: skip
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        except IntegrityError as error:
            raise CommandError(f"{site.name} has a device called {options['name']!r} already.") from error
        self.stdout.write(f"{options['name']} is client {client.client_id}; its scopes: {', '.join(options['scope'])}.")
