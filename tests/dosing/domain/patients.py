"""A calm patient before a dose: every input fresh and unremarkable, every question answered "absent"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from dosing.domain.assess import assess
from dosing.domain.inputs import InputRules
from dosing.domain.loaded import Loaded
from dosing.domain.outcome import CriterionResult, Outcome
from dosing.domain.protocol import Protocol
from dosing.domain.snapshot import (
    Answer,
    AnswerState,
    CourseFacts,
    Origin,
    Reading,
    Snapshot,
    Status,
    TermGrade,
)
from dosing.rules.loader import load_inputs, load_protocol

AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
GATE_TERMS = ("hypotension", "creatinine_increased", "bilirubin_increased", "platelets_decreased", "hypoxia")
CALM: dict[str, str] = {
    "bp_systolic": "110",
    "heart_rate": "88",
    "spo2": "97",
    "weight": "70",
    "creatinine": "1.1",
    "bicarbonate": "24",
    "bilirubin_total": "0.8",
    "platelets": "180",
}


def ago(**span: float) -> datetime:
    """The instant so long before the assessment."""
    return AT - timedelta(**span)


def reading(
    observable: str,
    value: str | None = None,
    *,
    at: datetime | None = None,
    code: str | None = None,
    comparator: str | None = None,
    unusable: str | None = None,
    start: datetime | None = None,
    status: Status = Status.FINAL,
    origin: Origin = Origin.CHARTED,
    uln: str | None = None,
    id: str | None = None,  # noqa: A002
    replaces: str | None = None,
    shown: str = "",
) -> Reading:
    """One reading, by default half an hour old."""
    return Reading(
        observable=observable,
        observed_at=at or ago(minutes=30),
        value=None if value is None else Decimal(value),
        code=code,
        comparator=comparator,
        unusable=unusable,
        interval_start=start,
        status=status,
        origin=origin,
        uln=None if uln is None else Decimal(uln),
        id=id,
        replaces=replaces,
        shown=shown,
    )


def volume(observable: str, value: str | None, start_h: float, end_h: float, **more: object) -> Reading:
    """A volume charted over an interval, in hours before the assessment."""
    return reading(observable, value, at=ago(hours=end_h), start=ago(hours=start_h), **more)  # type: ignore[arg-type]


def calm_readings() -> list[Reading]:
    """One fresh, unremarkable reading of everything."""
    found = [reading(name, value) for name, value in CALM.items()]
    found += [reading("o2_device", code="room_air"), reading("vasopressors_none", code="none_running")]
    found += [volume("urine_output", "400", 8.5, 0.5), volume("stool_output", "0", 8.5, 0.5)]
    return [*found, volume("stool_output", "0", 16.5, 8.5)]


def calm_answers(protocol: Protocol) -> list[Answer]:
    """ "Absent" half an hour ago, to every question of the protocol."""
    return [Answer(row.id, AnswerState.ABSENT, ago(minutes=30)) for row in protocol.criteria if row.asked is not None]


def calm_grades() -> list[TermGrade]:
    """Grade 0 of each term of the gate."""
    return [TermGrade(term, 0, at_most=0, observed_at=ago(minutes=30)) for term in GATE_TERMS]


def calm_course() -> CourseFacts:
    """A cycle with one dose given eight hours ago, target 90, 70 kg, no dose held."""
    return CourseFacts(
        baseline_weight_kg=Decimal(70),
        target_sbp=Decimal(90),
        held_doses=0,
        cycle_started_at=ago(hours=24),
        previous_dose_started_at=ago(hours=8),
    )


@dataclass
class Patient:
    """A patient under a protocol; every change returns another patient."""

    protocol: str = "consensus_2014"
    readings: list[Reading] = field(default_factory=calm_readings)
    answers: list[Answer] | None = None
    grades: list[TermGrade] = field(default_factory=calm_grades)
    course: CourseFacts = field(default_factory=calm_course)
    being_assessed: bool = False
    overlay: str | None = None

    def __post_init__(self) -> None:
        if self.answers is None:
            self.answers = calm_answers(self.rules.value)

    @property
    def rules(self) -> Loaded[Protocol]:
        return load_protocol(self.protocol)

    def without(self, *observables: str) -> Patient:
        """The same, without any reading of these inputs."""
        return replace(self, readings=[r for r in self.readings if r.observable not in observables])

    def plus(self, *more: Reading) -> Patient:
        """The same, with these readings too."""
        return replace(self, readings=[*self.readings, *more])

    def with_(self, *instead: Reading) -> Patient:
        """The same, these readings standing in place of all others of their inputs."""
        return self.without(*{r.observable for r in instead}).plus(*instead)

    def valued(self, observable: str, value: str, **more: object) -> Patient:
        """The same with one reading of an input in place of all others."""
        return self.with_(reading(observable, value, **more))  # type: ignore[arg-type]

    def answered(self, criterion: str, *answers: tuple[AnswerState, datetime]) -> Patient:
        """The same, with only these answers to one question."""
        kept = [answer for answer in self.answers or [] if answer.criterion != criterion]
        return replace(self, answers=kept + [Answer(criterion, state, at) for state, at in answers])

    def found(self, *criteria: str) -> Patient:
        """The same, with these findings present ten minutes ago."""
        patient = self
        for criterion in criteria:
            patient = patient.answered(criterion, (AnswerState.PRESENT, ago(minutes=10)))
        return patient

    def on(self, **facts: object) -> Patient:
        """The same with other facts of the course."""
        return replace(self, course=replace(self.course, **facts))  # type: ignore[arg-type]

    def graded(self, term: str, grade: int | None, **more: object) -> Patient:
        """The same with another grade of one term."""
        other = [each for each in self.grades if each.term != term]
        values: dict[str, object] = {"at_most": grade, "observed_at": ago(minutes=30), **more}
        return replace(self, grades=[*other, TermGrade(term, grade, **values)])  # type: ignore[arg-type]

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(
            at=AT,
            course=self.course,
            readings=tuple(self.readings),
            answers=tuple(self.answers or ()),
            grades=tuple(self.grades),
            being_assessed=self.being_assessed,
        )

    def outcome(self, inputs: InputRules | None = None) -> Outcome:
        """Assess."""
        overlay = load_protocol(self.overlay) if self.overlay else None
        return assess(self.snapshot, self.rules, inputs or load_inputs().value, overlay)

    def result(self, criterion: str) -> CriterionResult:
        """One criterion's result."""
        return {result.id: result for result in self.outcome().results}[criterion]

    def state(self, criterion: str) -> str:
        """One criterion's state, as a word."""
        return self.result(criterion).state.value


def missing_of(outcome: Outcome) -> list[str]:
    """The inputs named as missing."""
    return [missing.input for missing in outcome.missing]


def verdicts(patients: Iterable[Patient]) -> list[str]:
    """The verdict on each patient, as words."""
    return [patient.outcome().verdict.value for patient in patients]
