"""What each of some stored observations is graded as, and the rows that keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dosing.models import Course
from monitoring.domain.current_grades import grade_observation, reads_beside
from monitoring.domain.facts import TermResult
from monitoring.domain.reading import MeasuredReading
from monitoring.domain.standing import VOID
from monitoring.domain.time_above import Telling, above_40
from monitoring.models import GradingOutcome, Observation, ToxicityGrade
from monitoring.selectors.course_rules import GradingRules
from monitoring.selectors.grading_context import AROUND, Around, around
from monitoring.selectors.raw import reading_of


@dataclass(frozen=True, slots=True)
class RowGrades:
    """One observation as it reads, with one result per term it feeds; none when it is unusable or void."""

    row: Observation
    reading: MeasuredReading
    results: tuple[TermResult, ...]


def grades_of_rows(course: Course, rows: Sequence[Observation], rules: GradingRules) -> list[RowGrades]:
    """Grade ``rows`` (not empty) of the locked ``course`` by what stands around them now; nothing is written."""
    context = around(course, rows, rules)
    beside = {name: _beside(name, context, rules) for name in {row.observable for row in rows}}
    found = []
    for row in rows:
        reading = reading_of(row, rules.observables, context.weight_kg, context.limits)
        found.append(RowGrades(row, reading, _results(reading, beside[row.observable], context, rules)))
    return found


def _beside(observable: str, context: Around, rules: GradingRules) -> Telling:
    """The readings that one observable's grades may need, so that a minute's feed looks at few of a day's."""
    kept = [one for one in context.readings if reads_beside(observable, one.observable, rules.ctcae)]
    return Telling(kept, above_40 if observable == "temperature" else None)


def _results(reading: MeasuredReading, beside: Telling, context: Around, rules: GradingRules) -> tuple[TermResult, ...]:
    """One result per term; an unusable reading gets none, so that nothing is ever made of an artefact."""
    if reading.unusable is not None or reading.status in VOID:
        return ()
    return grade_observation(
        reading,
        beside.within(reading.observed_at - AROUND, reading.observed_at),
        target_sbp=context.target_sbp,
        baselines=context.baselines,
        ctcae=rules.ctcae,
        observables=rules.observables,
        previous_dose_started_at=context.dose_before(reading.observed_at),
    )


def outcome_row(
    course: Course, graded: RowGrades, rules: GradingRules, *, at: datetime, by_worker: bool, revision: int = 0
) -> GradingOutcome:
    """The outcome to keep of one look at an observation; not saved."""
    reading, results = graded.reading, graded.results
    gradable = any(result.grade is not None for result in results)
    result = "not_gradable" if reading.unusable or (results and not gradable) else "graded" if results else "no_term"
    why = reading.unusable or next((one.why for one in results if one.grade is None), "")
    return GradingOutcome(
        observation=graded.row, course=course, rules_sha256=rules.sha256, result=result, why=why[:200],
        graded_at=at, by_worker=by_worker, revision=revision,
    )  # fmt: skip


def grade_row(
    course: Course, row: Observation, result: TermResult, rules: GradingRules, *, at: datetime, revision: int = 0
) -> ToxicityGrade:
    """The grade to keep of one term; not saved."""
    return ToxicityGrade(
        observation=row, course=course, term=result.term, grade=result.grade, at_least=result.at_least,
        proposed=result.proposed, why=(result.why or "")[:300], ctcae_version=rules.ctcae.version,
        rules_sha256=rules.sha256, observed_at=row.observed_at, graded_at=at, revision=revision,
    )  # fmt: skip
