"""Is everything true that must always be true? Exit code 0, or 1 with what breaks it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from il2ward import clock
from monitoring.selectors.invariants import Finding, check_all


class Command(BaseCommand):
    """Check every invariant now."""

    help = "Checks the numbered invariants of the database and prints what breaks them; exit code 1 on a failure."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the findings and leave with exit code 1 when one of them is a failure."""
        findings = check_all(clock.now())
        self.stdout.write(as_json(findings) if options["json"] else as_words(findings))
        if not all(finding.ok for finding in findings):
            sys.exit(1)


def as_json(findings: Sequence[Finding]) -> str:
    """Return the findings for machines: how many were checked, how many failed, and each with what was found."""
    told = [{"id": one.id, "text": one.text, "ok": one.ok, "found": list(one.found)} for one in findings]
    failed = sum(not one.ok for one in findings)
    return json.dumps({"checked": len(findings), "failed": failed, "invariants": told})


def as_words(findings: Sequence[Finding]) -> str:
    """Return the findings for people, a line each, with what breaks an invariant below it."""
    lines = []
    for one in findings:
        lines.append(f"{'holds ' if one.ok else 'BROKEN'}  {one.id:<4}  {one.text}")
        lines.extend(f"              {phrase}" for phrase in one.found)
    return "\n".join(lines)
