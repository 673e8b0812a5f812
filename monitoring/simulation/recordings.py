"""What does a recording hold, row by row? Monitor minutes (CSV), FHIR Bundles, and lines of JSON (NDJSON)."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from il2ward.http import strict_json
from il2ward.http.shapes import WrongShape, instant

LOINC = "http://loinc.org"
# Column of a monitor-minute file: LOINC code and UCUM unit. NBP is the cuff, ABP the arterial line.
COLUMNS = {
    "HR_bpm": ("8867-4", "/min"),
    "PULSE_bpm": ("8889-8", "/min"),
    "RESP_pm": ("9279-1", "/min"),
    "SpO2_%": ("59408-5", "%"),
    "ABPSys_mmHg": ("76215-3", "mm[Hg]"),
    "ABPDias_mmHg": ("76213-8", "mm[Hg]"),
    "ABPMean_mmHg": ("76214-6", "mm[Hg]"),
    "NBPSys_mmHg": ("76534-7", "mm[Hg]"),
    "NBPDias_mmHg": ("76535-4", "mm[Hg]"),
    "NBPMean_mmHg": ("76536-2", "mm[Hg]"),
}
TAKEN_CATEGORIES = ("vital-signs", "laboratory")
STEP_S = 60


class NotARecording(ValueError):
    """A file that is none of the three kinds, or is broken; the message names the file and the row."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One thing to send: when in the recording (seconds from its start), what, and the key it is remembered by.

    ``fhir`` tells a FHIR Observation from an item of the JSON interface.
    """

    second: int
    key: str
    body: dict[str, Any]
    fhir: bool = False


def read(path: Path) -> list[Recorded]:
    """Return everything in the file, in the order of its own times. Raises NotARecording."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    try:
        text = content.decode("utf-8-sig")
        if path.suffix == ".csv":
            return list(_minutes(text, digest))
        if path.suffix == ".ndjson":
            return _timed(list(_lines(text, digest)))
        return _timed(list(_bundle(strict_json.parse_large(text), digest)))
    except (UnicodeDecodeError, strict_json.BadJson, ValueError, KeyError) as error:
        raise NotARecording(f"{path.name}: {error}") from error


def key_of(digest: str, row: int, part: str = "") -> str:
    """Return the name under which one row (and column) of one file is remembered for ever."""
    return f"play:{hashlib.sha256(f'{digest}:{row}:{part}'.encode()).hexdigest()}"


def _minutes(text: str, digest: str) -> Iterator[Recorded]:
    """An empty cell is "no sample" and is not sent; 0 is "sensor off" and is sent as it stands."""
    rows = csv.DictReader(io.StringIO(text))
    if unknown := [name for name in rows.fieldnames or () if name != "minute" and name not in COLUMNS]:
        raise ValueError(f"the column {unknown[0]} is not known")
    for number, row in enumerate(rows):
        for column, (code, unit) in COLUMNS.items():
            if value := (row.get(column) or "").strip():
                body = {"code": {"system": LOINC, "code": code}, "value": value, "unit": unit}
                yield Recorded(int(row["minute"]) * STEP_S, key_of(digest, number, column), body)


def _lines(text: str, digest: str) -> Iterator[Recorded]:
    for number, line in enumerate(text.splitlines()):
        if line.strip():
            body = strict_json.parse(line.encode())
            if not isinstance(body, dict):
                raise ValueError(f"line {number + 1} is not an object")
            yield Recorded(number * STEP_S, key_of(digest, number), body, fhir="resourceType" in body)


def _bundle(tree: Any, digest: str) -> Iterator[Recorded]:
    """The Observations of a Bundle that are vital signs or laboratory results; everything else is left alone."""
    for number, entry in enumerate(tree["entry"]):
        resource = entry.get("resource", {})
        if resource.get("resourceType") == "Observation" and _category(resource) in TAKEN_CATEGORIES:
            yield Recorded(number * STEP_S, key_of(digest, number), resource, fhir=True)


def _category(resource: dict[str, Any]) -> str:
    codings = [coding for category in resource.get("category", ()) for coding in category.get("coding", ())]
    return str(codings[0].get("code", "")) if codings else ""


def _timed(rows: list[Recorded]) -> list[Recorded]:
    """Put rows in the order of their own times, one step per distinct time; rows without a time keep their place.

    Years lie between the rows of a whole life's record, so the distances themselves are not kept.
    """
    ordered = sorted(rows, key=lambda row: (_own_time(row) is None, _own_time(row) or row.second))
    timed, step, before = [], -1, object()
    for row in ordered:
        own = _own_time(row)
        if own is None or own != before:
            step, before = step + 1, own
        timed.append(Recorded(step * STEP_S, row.key, row.body, row.fhir))
    return timed


def _own_time(row: Recorded) -> float | None:
    for name in ("observed_at", "effectiveDateTime", "effectiveInstant"):
        if isinstance(said := row.body.get(name), str):
            return _seconds(said)
    return None


def _seconds(text: str) -> float | None:
    try:
        read_at: datetime = instant(text, path="$")
    except WrongShape:
        return None
    return read_at.timestamp()
