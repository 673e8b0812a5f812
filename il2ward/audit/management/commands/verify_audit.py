"""Is the audit log whole? Exit code 0, or 1 with the first event that cannot be trusted."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from il2ward.audit.services.verification import Report, verify


class Command(BaseCommand):
    help = "Walks the hash-chained log and compares it with its head and its signed anchors; exit code 1 on a fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the finding and leave with exit code 1 when there is a fault."""
        report = verify()
        self.stdout.write(as_json(report) if options["json"] else as_words(report))
        if not report.ok:
            sys.exit(1)


def as_json(report: Report) -> str:
    """Return the finding for machines; ``first_bad`` is null when the log is whole."""
    fault = report.fault
    found = {
        "ok": report.ok,
        "events": report.events,
        "anchors": report.anchors,
        "first_bad": fault and fault.seq,
        "why": fault.why if fault else "",
    }
    return json.dumps(found)


def as_words(report: Report) -> str:
    """Return the finding for people."""
    read = f"{report.events:,} events and {report.anchors:,} signed anchors read"
    if report.fault is None:
        return f"The log is whole: {read}."
    return f"First bad event: {report.fault.seq}: {report.fault.why} ({read})."
