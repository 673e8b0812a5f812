"""How does an operator see, make, switch and end what hospital systems are told?"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from dosing.services.refusals import Refused
from il2ward import clock
from il2ward.audit.actor import SYSTEM
from il2ward.staff.management.commands.issue_key import write_once
from il2ward.staff.models import Device
from monitoring.models import Subscription
from monitoring.selectors.subscriptions import with_state
from monitoring.services import subscriptions

ACTS = {"off": subscriptions.switch_off, "on": subscriptions.switch_on, "end": subscriptions.end}


class Command(BaseCommand):
    """``manage.py subscribe``: a system on whose behalf, a topic, an address; the secret goes to a new file."""

    help = "Subscribes a registered system to a topic and writes its signing secret to a new file; or lists and ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("system", nargs="?", help="name of the device or system that is to be told")
        parser.add_argument("--site", help="short name of its hospital")
        parser.add_argument("--topic", choices=Subscription.TOPICS)
        parser.add_argument("--address", help="where it is told, such as https://hooks.hospital.example/il2ward")
        parser.add_argument("--reason", default="", help="what for")
        parser.add_argument("--file", type=Path, help="where the secret goes; an existing file is refused")
        parser.add_argument("--number", type=int, help="number of a subscription to change")
        parser.add_argument("--set", choices=sorted(ACTS), help="with --number: switch it off, on again, or end it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Subscribe, change one, or list."""
        if options["number"] is not None:
            self._change(options["number"], options["set"])
        elif options["system"]:
            self._subscribe(options)
        else:
            self._list()

    def _subscribe(self, options: dict[str, Any]) -> None:
        if missing := [name for name in ("site", "topic", "address", "file") if not options[name]]:
            raise CommandError(f"Say also: {', '.join(f'--{name}' for name in missing)}.")
        device = Device.objects.filter(site__code=options["site"], name=options["system"]).first()
        if device is None:
            raise CommandError(f"{options['site']!r} has no device or system called {options['system']!r}.")
        try:
            with transaction.atomic():
                made, secret = subscriptions.subscribe(
                    device=device, topic=options["topic"], address=options["address"], reason=options["reason"],
                    actor=SYSTEM, at=clock.now(),
                )  # fmt: skip
                write_once(options["file"], secret)
        except Refused as no:
            raise CommandError(no.sentence) from no
        self.stdout.write(f"Subscription {made.pk}: {device.name} is told of {made.topic}.")
        self.stdout.write(f"The signing secret is in {options['file']} and nowhere else.")

    def _change(self, number: int, act: str | None) -> None:
        row = Subscription.objects.select_related("device").filter(pk=number).first()
        if row is None or act is None:
            raise CommandError("Name a subscription's --number, and --set off, on or end.")
        done = ACTS[act](subscription=row, actor=SYSTEM, at=clock.now())
        self.stdout.write(f"Subscription {number}: {act if done else 'nothing to change'}.")

    def _list(self) -> None:
        rows = with_state(Subscription.objects.filter(ended_at=None).select_related("device__site")).order_by("pk")
        for row in rows:
            state = "off" if row.off_at else "on"
            waiting, failure = getattr(row, "waiting", None) or 0, getattr(row, "failure", None) or ""
            self.stdout.write(
                f"{row.pk}\t{row.device.site.code}\t{row.device.name}\t{row.topic}\t{row.address}\t{state}"
                f"\twaiting {waiting}\t{failure}".rstrip()
            )
