"""What the protocol says about the next dose: one run, stored when it says something new, told to who must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dosing.domain.assess import assess
from dosing.domain.outcome import Outcome, outcome_token
from dosing.domain.snapshot import TermGrade
from dosing.models import Assessment, Course, Dose
from dosing.selectors.courses import next_dose, rules_of
from dosing.selectors.outcomes import outcome_to_json
from dosing.services import assessments as stored
from monitoring.domain.renewals import Renewal, renewals, to_json
from monitoring.models import PresentOutcome
from monitoring.selectors.course_rules import grading_rules_of
from monitoring.selectors.evidence import snapshot_of
from monitoring.services import alerts, current_values, events

SHOWN = [field.name for field in PresentOutcome._meta.fields if not field.primary_key]


@dataclass(frozen=True, slots=True)
class Assessed:
    """One run: the dose it was for, what it said, the row that keeps it, and what to renew before the dose."""

    dose: Dose
    outcome: Outcome
    row: Assessment
    renew: tuple[Renewal, ...] = ()

    @property
    def token(self) -> str:
        return outcome_token(self.outcome)


def assess_next_dose(course: Course, *, at: datetime, cause: str, used: bool = False) -> Assessed | None:
    """Assess the next dose of the locked ``course`` at ``at``; None when it has no dose left to assess.

    Grading must have been done in the same transaction. ``used`` keeps a row even when nothing changed, because
    an act rests on it. Alerts follow in the same transaction.
    """
    dose = next_dose(course)
    if dose is None:
        PresentOutcome.objects.filter(course=course).delete()
        alerts.no_dose_left(course, at=at)
        return None
    assessed = _run(course, dose, at=at, cause=cause, used=used)
    _show(assessed, course, at=at)
    alerts.follow(course, dose, assessed.outcome, assessed.row, at=at)
    events.assessed(course, assessed.row, at=at)
    return assessed


def _run(course: Course, dose: Dose, *, at: datetime, cause: str, used: bool) -> Assessed:
    rules = rules_of(course)
    snapshot = snapshot_of(course, dose, at=at)
    _show_grades(course, snapshot.grades, at=at)
    outcome = assess(snapshot, rules.protocol, rules.inputs.value, rules.overlay)
    row = stored.store(dose=dose, snapshot=snapshot, outcome=outcome, course=course, cause=cause, at=at, used=used)
    renew = renewals(snapshot, rules.protocol, rules.inputs.value, rules.overlay, due_at=dose.due_at)
    return Assessed(dose, outcome, row, renew)


def _show(assessed: Assessed, course: Course, *, at: datetime) -> None:
    """Keep the run as the present outcome for the board, whether or not it said anything new."""
    outcome = assessed.outcome
    shown = PresentOutcome(
        course=course,
        dose=assessed.dose,
        at=at,
        verdict=outcome.verdict.value,
        valid_until=outcome.valid_until,
        outcome=outcome_to_json(outcome),
        outcome_token=assessed.token,
        assessment=assessed.row,
        renew=to_json(assessed.renew),
    )
    PresentOutcome.objects.bulk_create([shown], update_conflicts=True, unique_fields=["course"], update_fields=SHOWN)


def _show_grades(course: Course, grades: Sequence[TermGrade], *, at: datetime) -> None:
    """Put the present grades on the board and keep the alert of each that is grade 3 or more."""
    terms = grading_rules_of(course).ctcae.terms
    by_observable: dict[str, list[TermGrade]] = {}
    for grade in grades:
        rule = terms.get(grade.term)
        if rule is not None and rule.observables:
            by_observable.setdefault(rule.observables[0], []).append(grade)
    current_values.show_grades(course.patient_id, by_observable)
    alerts.follow_grades(course, grades, {key: rule.label for key, rule in terms.items()}, at=at)
