"""Play recordings through the public interfaces, as a device would, about the patient of one course."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dosing.models import Course
from il2ward import clock
from monitoring.simulation.demo_people import key_path
from monitoring.simulation.demo_ward import MONITORS, PLAY_BED, SITE_CODE
from monitoring.simulation.player import Player, Tally
from monitoring.simulation.recordings import NotARecording, read
from monitoring.simulation.sender import NotTaken, Sender

SPEED = 30
TELL_EVERY = 2000


class Command(BaseCommand):
    """``manage.py play FILE... [--course N] [--speed X] [--url URL] [--key-file FILE]``."""

    help = "Play recordings (monitor minutes as CSV, FHIR Bundles, NDJSON) into a course, as a device would."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("files", nargs="+", type=Path, help="recordings, or folders of them")
        parser.add_argument(
            "--course", type=int, help="whose patient it is about (default: the demonstration's play bed)"
        )
        parser.add_argument("--speed", type=int, default=SPEED, help="how many times as fast as recorded")
        parser.add_argument("--url", default=settings.IL2WARD_WEB_URL, help="where the service answers")
        parser.add_argument("--key-file", type=Path, default=key_path(MONITORS), help="the device's key")

    def handle(self, *_: Any, **options: Any) -> None:
        """Play one file after another and tell the counts."""
        if options["speed"] < 1:
            raise CommandError("--speed is a whole number from 1.")
        sender = Sender(options["url"], key_of(options["key_file"]))
        player = Player(sender, mrn_of(options["course"]), options["speed"], clock.now, time.sleep)
        for path in files_of(options["files"]):
            self.play(player, path)
        sender.close()

    def play(self, player: Player, path: Path) -> None:
        """Play one file and tell what became of its values."""
        try:
            rows = read(path)
            self.stdout.write(f"{path.name}: {len(rows)} rows")
            tally = player.play(rows, self.progress(len(rows)))
        except (NotARecording, NotTaken) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path.name}: {tally}")
        for why in tally.refused[:5]:
            self.stdout.write(f"  refused: {why}")

    def progress(self, total: int) -> Any:
        """Return what tells the progress, now and then."""

        def tell(sent: int, tally: Tally) -> None:
            if sent // TELL_EVERY != (sent - 1) // TELL_EVERY:
                self.stdout.write(f"  {sent} of {total}: {tally}")

        return tell


def key_of(path: Path) -> str:
    """Return the key in the file."""
    if not path.is_file():
        raise CommandError(
            f"There is no key in {path.name}; make the demonstration ward, or name a file with --key-file."
        )
    return path.read_text(encoding="utf-8").strip()


def mrn_of(course_id: int | None) -> str:
    """Return the record number of the course's patient; without a course, of the demonstration's play bed."""
    found = Course.objects.filter(pk=course_id) if course_id else played_by_default()
    course = found.select_related("patient").first()
    if course is None:
        raise CommandError("There is no such course; name one with --course.")
    return course.patient.mrn


def played_by_default() -> Any:
    """The open course in the demonstration's play bed."""
    in_bed = Course.objects.filter(patient__placements__bed__label=PLAY_BED, patient__placements__until_at=None)
    return in_bed.filter(site__code=SITE_CODE).exclude(status="ended")


def files_of(paths: list[Path]) -> list[Path]:
    """Return the recordings named, and those in the folders named, sorted."""
    found = []
    for path in paths:
        inside = (one for one in path.rglob("*") if one.suffix in {".csv", ".json", ".ndjson"})
        found += sorted(inside) if path.is_dir() else [path]
    return found
