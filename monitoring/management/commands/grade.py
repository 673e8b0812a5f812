"""`manage.py grade < in.jsonl > out.jsonl`: one measurement a line in, the grade of every term it feeds a line out."""

from __future__ import annotations

import csv
import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import IO, Any, NoReturn

import msgspec
from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from monitoring.domain.ctcae import Ctcae
from monitoring.domain.grade_line import grade_line
from monitoring.domain.grade_rows import COLUMNS, line_of, rows_of
from monitoring.domain.observable import Observables
from monitoring.rules.loader import VERSIONS, load_ctcae, load_observables

Answer = dict[str, Any]


class Command(BaseCommand):
    """Grade measurements, one a line, by the version each line names.

    Reads no database and no site table: limits and baselines come with the line. A bad line answers with its
    ``error`` and does not stop the run; how many there were is said on standard error.
    """

    help = "Grade measurements from standard input, one JSON object a line; answers go to standard output."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer the table form."""
        parser.add_argument("--csv", action="store_true", help="read and write CSV with a header line, a row per term")

    def handle(self, *_: object, **options: Any) -> None:
        grader = Grader()
        with progress(sys.stdin.buffer) as bar:
            lines = watched(sys.stdin.buffer, bar)
            if options["csv"]:
                write_table(grader.of_table(lines), sys.stdout)
            else:
                write_lines(grader.of_lines(lines), sys.stdout)
        self.stderr.write(f"{grader.lines} lines, {grader.errors} with an error")


class Grader:
    """The released tables, and how many lines they were asked about."""

    def __init__(self) -> None:
        self.versions: dict[str, Ctcae] = {version: load_ctcae(version).value for version in VERSIONS}
        self.observables: Observables = load_observables().value
        self.lines = self.errors = 0

    def of_lines(self, lines: Iterable[bytes]) -> Iterator[Answer]:
        """Answer JSON lines; blank ones are passed over."""
        for number, text in enumerate(lines):
            if text.strip():
                yield self._answer(text.removeprefix(BOM) if number == 0 else text)

    def _answer(self, text: bytes) -> Answer:
        try:
            line = DECODER.decode(text)
        except RecursionError:
            return self._error("the line is nested too deeply")
        except ValueError as error:
            return self._error(str(error))
        if not isinstance(line, dict):
            return self._error("the line is not an object")
        return self._counted(grade_line(line, self.versions, self.observables))

    def of_table(self, lines: Iterable[bytes]) -> Iterator[Answer]:
        """Answer the rows of a table whose header names the fields of a line."""
        text = (line.decode("utf-8-sig" if number == 0 else "utf-8", "replace") for number, line in enumerate(lines))
        rows = csv.DictReader(text, strict=True)
        while (row := self._next_row(rows)) is not None:
            yield row

    def _next_row(self, rows: csv.DictReader[str]) -> Answer | None:
        try:
            row = next(rows, None)
            return None if row is None else self._counted(grade_line(line_of(row), self.versions, self.observables))
        except (ValueError, csv.Error) as error:
            return self._error(f"row {self.lines + 1} below the header: {error}")

    def _error(self, why: str) -> Answer:
        return self._counted({"id": None, "grades": {}, "error": why})

    def _counted(self, answer: Answer) -> Answer:
        self.lines += 1
        self.errors += answer["error"] is not None
        return answer


BOM = b"\xef\xbb\xbf"
# Numbers keep their digits: 3.40 is never a float.
DECODER = msgspec.json.Decoder(float_hook=Decimal)
ENCODER = msgspec.json.Encoder()


def write_lines(answers: Iterable[Answer], out: IO[str]) -> None:
    """Write each answer as one JSON line. An id that came as a decimal number goes back as its text."""
    for answer in answers:
        out.write(ENCODER.encode(answer).decode() + "\n")


def write_table(answers: Iterable[Answer], out: IO[str]) -> None:
    """Write each term of each answer as one row of a table."""
    table = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    table.writeheader()
    for answer in answers:
        table.writerows(rows_of(answer))


def progress(source: IO[bytes]) -> tqdm[NoReturn]:
    """A bar on a terminal's standard error, silent elsewhere; its length is the input's where that is a file."""
    return tqdm(total=size_of(source), unit="B", unit_scale=True, disable=None, file=sys.stderr)


def size_of(source: IO[bytes]) -> int | None:
    """The bytes of a plain file; None for a pipe, whose end nobody knows."""
    try:
        status = os.fstat(source.fileno())
    except io.UnsupportedOperation:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def watched(source: Iterable[bytes], bar: tqdm[NoReturn]) -> Iterator[bytes]:
    """Pass lines on while the bar grows by their bytes."""
    for line in source:
        bar.update(len(line))
        yield line
