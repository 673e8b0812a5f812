"""`manage.py replay`: stored assessments are recomputed from what they kept; every difference is named."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dosing.models import Assessment
from monitoring.selectors.replay import differences


class Command(BaseCommand):
    """Recompute stored assessments from their own snapshot and the rule texts pinned in the database."""

    help = "Recompute stored assessments and print differences=N; exit 1 when any differs."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="every stored assessment (the default)")
        which.add_argument("--course", type=int, help="those of one course, by its id")

    def handle(self, *_: object, **options: Any) -> None:
        rows = Assessment.objects.order_by("id")
        if options["course"] is not None:
            rows = rows.filter(course=options["course"])
        found = 0
        for row in rows.iterator(chunk_size=200):
            for difference in differences(row):
                found += 1
                self.stdout.write(f"assessment {row.pk}: {difference}")
        self.stdout.write(f"assessments={rows.count()}")
        self.stdout.write(f"differences={found}")
        if found:
            raise SystemExit(1)
