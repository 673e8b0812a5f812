"""Send what invented patients would show: once for every demonstration bed, or for as long as the demo runs."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from dosing.models import Patient
from il2ward import clock
from monitoring.simulation.demo_people import found_or_made, key_path
from monitoring.simulation.demo_ward import LABORATORY, MONITORS, SITE_CODE
from monitoring.simulation.living import LivingWard
from monitoring.simulation.seeding import SEED
from monitoring.simulation.sender import NotTaken, Sender
from monitoring.simulation.story import turn_due

# One bed after another: with eight beds each sends its vital signs every half minute.
PAUSE = timedelta(seconds=4)


class Command(BaseCommand):
    """``manage.py simulate [--follow] [--seed N] [--speed X] [--url URL]``."""

    help = "Send vitals, labs and findings of the demonstration ward's invented patients."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--follow", action="store_true", help="go on until stopped, with a story")
        parser.add_argument("--seed", type=int, default=SEED, help="another seed makes other patients")
        parser.add_argument("--speed", type=int, default=1, help="tell the story this many times as fast")
        parser.add_argument("--url", default=settings.IL2WARD_WEB_URL, help="where the service answers")
        parser.add_argument("--stop-after", type=int, default=0, help="end after this many seconds (0: never)")

    def handle(self, *_: Any, **options: Any) -> None:
        """Run until done or stopped."""
        if options["speed"] < 1:
            raise CommandError("--speed is a whole number from 1.")
        if not Patient.objects.filter(site__code=SITE_CODE).exists():
            raise CommandError("There is no demonstration ward; run manage.py seed_demo first.")
        ward = ward_at(options["url"], seed=options["seed"])
        if not options["follow"]:
            for living in ward.beds:
                ward.breathe(living, clock.now())
            self.stdout.write(f"sent one round for {len(ward.beds)} beds")
            return
        self.follow(ward, speed=options["speed"], stop_after=timedelta(seconds=options["stop_after"]))

    def follow(self, ward: LivingWard, *, speed: int, stop_after: timedelta) -> None:
        """Let one bed after another breathe, and take a turn of the story when one is due."""
        started, beat = clock.now(), 0
        while not stop_after or clock.now() - started < stop_after:
            try:
                self.beat(ward, beat, started, speed=speed)
            except NotTaken as error:
                # The web process may be restarting; the demonstration goes on when it is back.
                self.stderr.write(f"not taken: {error}")
            beat += 1
            close_old_connections()
            time.sleep(PAUSE.total_seconds() / speed)

    def beat(self, ward: LivingWard, beat: int, started: datetime, *, speed: int) -> None:
        """Do what one beat of the demonstration does."""
        at = clock.now()
        if turn_due(ward.turns, at - started, speed=speed) and (happened := ward.tell_next(at)):
            self.stdout.write(happened)
        ward.breathe(ward.beds[beat % len(ward.beds)], clock.now())


def ward_at(url: str, *, seed: int) -> LivingWard:
    """Return the living ward whose devices send to ``url`` with the keys kept in the home folder."""
    people = found_or_made(clock.now())
    senders = [Sender(url, key_path(name).read_text(encoding="utf-8").strip()) for name in (MONITORS, LABORATORY)]
    return LivingWard(people, *senders, seed=seed)
