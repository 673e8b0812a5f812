"""How one line of `manage.py assess` becomes an assessment: a snapshot as the contract writes it, judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from dosing.domain.assess import assess
from dosing.domain.inputs import InputRules
from dosing.domain.loaded import Loaded
from dosing.domain.outcome import Outcome
from dosing.domain.protocol import Protocol
from dosing.domain.snapshot import Answer, AnswerState, CourseFacts, Origin, Reading, Snapshot, Status
from dosing.domain.verdict import Verdict
from monitoring.domain.ctcae import Ctcae
from monitoring.domain.current_grades import term_grades
from monitoring.domain.measurement import parse_number
from monitoring.domain.observable import Observables
from monitoring.domain.reading import RawObservation, to_reading

UNVERIFIED = ("recalled", "ambiguous_layout", "proposal", "derived")
# Before anything a line can hold, so that no reading of the line is taken for the baseline draw.
LONG_BEFORE = timedelta(days=3650)


class LineError(ValueError):
    """A line that cannot be read; the sentence says where and what is allowed."""


class Amount(msgspec.Struct, forbid_unknown_fields=True):
    """A baseline value as text with its unit, and the limits it was reported with."""

    value: str
    unit: str
    uln: str | None = None
    lln: str | None = None


class CourseLine(msgspec.Struct, forbid_unknown_fields=True):
    """The course part of a line; names and meanings are the contract's."""

    baseline: dict[str, Amount] = {}
    target_sbp: str | int | None = None
    held_doses: int | None = None
    previous_dose_started_at: datetime | None = None
    cycle_started_at: datetime | None = None
    pending_orders: list[str] = []
    stop: Verdict | None = None
    slot_hold: bool = False
    absolute_at_previous_slot: list[str] = []


class ObservationLine(msgspec.Struct, forbid_unknown_fields=True):
    """One observation; ``value`` is text, a code for coded inputs."""

    observable: str
    observed_at: datetime
    value: str | None = None
    comparator: str | None = None
    unit: str | None = None
    interval_start: datetime | None = None
    status: str = "final"
    uln: str | None = None
    lln: str | None = None
    id: str | None = None
    replaces: str | None = None


class AnswerLine(msgspec.Struct, forbid_unknown_fields=True):
    """One answer to an asked criterion."""

    criterion: str
    state: AnswerState
    observed_at: datetime


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """One snapshot as the contract writes it."""

    id: str | int
    protocol: str
    at: datetime
    course: CourseLine
    ctcae: str = "5.0"
    overlay: list[str] = []
    observations: list[ObservationLine] = []
    answers: list[AnswerLine] = []


@dataclass(frozen=True, slots=True)
class Books:
    """The rule files one line asks for, already loaded."""

    protocol: Loaded[Protocol]
    overlay: Loaded[Protocol] | None
    inputs: InputRules
    observables: Observables
    ctcae: Ctcae


def read_line(text: bytes) -> Line:
    """Read one line. Raises ``LineError`` naming the path of what is wrong."""
    try:
        line = msgspec.json.decode(text, type=Line, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise LineError(str(error)) from error
    _require_zones(line)
    return line


def assess_line(line: Line, books: Books) -> dict[str, Any]:
    """Assess one line and return the answer as it is printed. Raises ``LineError`` for an impossible course."""
    return answer(line, snapshot_of(line, books), books)


def answer(line: Line, snapshot: Snapshot, books: Books) -> dict[str, Any]:
    """Run the assessment and put it into the command's words."""
    outcome = assess(snapshot, books.protocol, books.inputs, books.overlay)
    return {
        "id": line.id,
        "verdict": outcome.verdict.value,
        "met": list(outcome.met),
        "unknown": list(outcome.unknown),
        "not_met": list(outcome.not_met),
        "missing": [missing.input for missing in outcome.missing],
        "inputs_hash": outcome.inputs_hash,
        "protocol_sha256": outcome.protocol_sha256,
        "why": list(outcome.why),
        "unverified": unverified(outcome),
        "error": None,
    }


def unverified(outcome: Outcome) -> list[str]:
    """The criteria that decided and whose row was not read with certainty in its source."""
    decided = {*outcome.met, *outcome.unknown}
    return sorted(one.id for one in outcome.results if one.id in decided and one.verification in UNVERIFIED)


def snapshot_of(line: Line, books: Books) -> Snapshot:
    """Measure and grade what the line says; every reading counts as charted by a person."""
    weight = _weight_kg(line, books)
    readings = tuple(_reading(row, books, weight) for row in line.observations)
    course = _course(line, weight)
    grades = term_grades(
        readings,
        target_sbp=course.target_sbp,
        baselines=_baselines(line, books, weight),
        ctcae=books.ctcae,
        observables=books.observables,
        at=line.at,
        previous_dose_started_at=course.previous_dose_started_at,
        max_age={name: rule.max_age for name, rule in books.inputs.inputs.items() if rule.max_age is not None},
    )
    return Snapshot(
        at=line.at,
        course=course,
        readings=readings,
        answers=tuple(Answer(row.criterion, row.state, row.observed_at) for row in line.answers),
        grades=grades,
    )


def _course(line: Line, weight_kg: Decimal | None) -> CourseFacts:
    given = line.course
    return CourseFacts(
        baseline_weight_kg=weight_kg,
        target_sbp=_number(given.target_sbp, "course.target_sbp"),
        held_doses=given.held_doses,
        cycle_started_at=given.cycle_started_at,
        previous_dose_started_at=given.previous_dose_started_at,
        pending_orders=frozenset(given.pending_orders),
        stop=given.stop,
        slot_hold=given.slot_hold,
        absolute_at_previous_slot=frozenset(given.absolute_at_previous_slot),
    )


def _number(value: str | int | None, path: str) -> Decimal | None:
    if value is None:
        return None
    number = parse_number(str(value))
    if number is None:
        raise LineError(f"{path}: {value!r} is not a plain decimal number")
    return number


def _reading(row: ObservationLine, books: Books, weight_kg: Decimal | None) -> Reading:
    known = books.observables.get(row.observable)
    coded = known is not None and known.is_coded
    return to_reading(
        RawObservation(
            observable=row.observable, observed_at=row.observed_at, value=None if coded else row.value,
            code=row.value if coded else None, comparator=row.comparator, unit=row.unit,
            interval_start=row.interval_start, status=row.status, origin=Origin.CHARTED, uln=row.uln, lln=row.lln,
            id=row.id, replaces=row.replaces,
        ),
        books.observables,
        baseline_weight_kg=weight_kg,
    )  # fmt: skip


def _baselines(line: Line, books: Books, weight_kg: Decimal | None) -> Mapping[str, Reading]:
    drawn_at = min([line.at, *(row.observed_at for row in line.observations)]) - LONG_BEFORE
    return {
        name: _reading(_as_row(name, amount, drawn_at), books, weight_kg)
        for name, amount in line.course.baseline.items()
        if name != "weight"
    }


def _as_row(name: str, amount: Amount, at: datetime) -> ObservationLine:
    return ObservationLine(
        observable=name, observed_at=at, value=amount.value, unit=amount.unit, uln=amount.uln, lln=amount.lln,
        status=Status.FINAL.value,
    )  # fmt: skip


def _weight_kg(line: Line, books: Books) -> Decimal | None:
    """The dosing weight; None when the line gives none or one that cannot be read."""
    amount = line.course.baseline.get("weight")
    if amount is None:
        return None
    reading = _reading(_as_row("weight", amount, line.at), books, None)
    return reading.value if reading.unusable is None else None


def _require_zones(line: Line) -> None:
    instants = {"at": line.at, "course.cycle_started_at": line.course.cycle_started_at}
    instants["course.previous_dose_started_at"] = line.course.previous_dose_started_at
    for number, row in enumerate(line.observations):
        instants[f"observations[{number}].observed_at"] = row.observed_at
        instants[f"observations[{number}].interval_start"] = row.interval_start
    for number, said in enumerate(line.answers):
        instants[f"answers[{number}].observed_at"] = said.observed_at
    for path, instant in instants.items():
        if instant is not None and instant.tzinfo is None:
            raise LineError(f"{path}: {instant.isoformat()} has no zone; write it with Z or an offset")
