"""`manage.py assess < in.jsonl > out.jsonl`: one snapshot a line in, its verdict a line out."""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import Any

from django.core.management.base import BaseCommand

from dosing.rules.loader import load_inputs, load_protocol
from monitoring.domain.assess_line import Books, Line, LineError, assess_line, read_line
from monitoring.rules.loader import load_ctcae, load_observables

GATE = "ctcae_gate"


class Command(BaseCommand):
    """Assess snapshots, one JSON object a line, as the contract of the engine writes them.

    Reads no database and no site table. A bad line answers with its ``error`` and does not stop the run.
    Protocols with unverified rows may be tried here; ``unverified`` names the deciding ones.
    """

    help = "Assess snapshots from standard input, one JSON object a line; answers go to standard output."
    requires_system_checks: list[str] = []

    def handle(self, *_: object, **__: object) -> None:
        for line in sys.stdin.buffer:
            if line.strip():
                sys.stdout.write(json.dumps(answer_to(line)) + "\n")


def answer_to(text: bytes) -> dict[str, Any]:
    """The answer to one line; what cannot be read, or asks for rules that do not exist, is an error of its own."""
    try:
        line = read_line(text)
        return assess_line(line, books_for(line))
    except ValueError as error:
        return {"id": _id_of(text), "verdict": None, "error": str(error)}


def books_for(line: Line) -> Books:
    """The rules the line names. Raises when one is not part of this release."""
    unknown = [name for name in line.overlay if name != GATE]
    if unknown:
        raise LineError(f"overlay: {unknown[0]!r} is not an overlay; allowed: {GATE}")
    return _books(line.protocol, tuple(line.overlay), line.ctcae)


@cache
def _books(protocol: str, overlay: tuple[str, ...], ctcae: str) -> Books:
    return Books(
        protocol=load_protocol(protocol),
        overlay=load_protocol(GATE) if overlay else None,
        inputs=load_inputs().value,
        observables=load_observables().value,
        ctcae=load_ctcae(ctcae).value,
    )


def _id_of(text: bytes) -> object:
    """The line's id where it can be seen at all, so that the error finds its way back."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found.get("id") if isinstance(found, dict) else None
