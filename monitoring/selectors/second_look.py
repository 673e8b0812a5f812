"""What was done on the strength of an assessment, and what would it have said with what is known now?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from dosing.domain.outcome import Outcome
from dosing.domain.snapshot import Answer, AnswerState
from dosing.domain.snapshot_json import snapshot_from_json
from dosing.models import Assessment, Course, Decision, Dose
from monitoring.domain.standing import VOID
from monitoring.models import BedsideFinding, Observation
from monitoring.selectors.course_rules import grading_rules_of
from monitoring.selectors.evidence import WINDOW, grades_of
from monitoring.selectors.raw import reading_of
from monitoring.selectors.replay import assessed_under_its_rules
from monitoring.selectors.site_limits import site_table_of

KINDS = ("give", "release", "override")
Said = tuple[str, str, datetime]


@dataclass(frozen=True, slots=True)
class Act:
    """A dose that was started (``decision`` None), or a physician's order, and the assessment it rested on."""

    kind: str
    dose: Dose
    at: datetime
    assessment: Assessment
    decision: Decision | None = None

    @property
    def key(self) -> str:
        """What tells the acts on one dose apart."""
        return "start" if self.decision is None else f"decision-{self.decision.pk}"


def acts_on(course: Course, changed: Set[UUID]) -> list[Act]:
    """The starts and orders of the course that rested on one of the ``changed`` observations, oldest first."""
    keys = {str(key) for key in _with_what_they_replaced(changed)}
    return [act for act in _acts(course) if keys & readings_in(act.assessment)]


def acts_on_answers(course: Course, struck: Iterable[BedsideFinding]) -> list[Act]:
    """The starts and orders of the course that rested on one of the ``struck`` bedside answers, oldest first."""
    said = {_said(row) for row in struck}
    return [act for act in _acts(course) if said & {_said(one) for one in answers_in(act.assessment)}]


def _acts(course: Course) -> list[Act]:
    """Every start and order, oldest first; an order that a dose was then started on is told with the start."""
    begun = Dose.objects.filter(cycle__course=course, started_at__isnull=False, assessment__isnull=False)
    doses = list(begun.select_related("assessment"))
    used = {dose.decision_id for dose in doses if dose.decision_id is not None}
    said = Decision.objects.filter(dose__cycle__course=course, kind__in=KINDS).exclude(pk__in=used)
    acts = [
        Act("start", dose, dose.started_at, dose.assessment) for dose in doses if dose.assessment and dose.started_at
    ]
    acts += [Act(one.kind, one.dose, one.at, one.assessment, one) for one in said.select_related("assessment", "dose")]
    return sorted(acts, key=lambda act: act.at)


def _with_what_they_replaced(changed: Set[UUID]) -> set[UUID]:
    """An assessment knew the first version of what has been corrected more than once."""
    found, newest = set(changed), set(changed)
    while newest:
        rows = Observation.objects.filter(pk__in=newest, replaces__isnull=False).values_list("replaces_id", flat=True)
        newest = {row for row in rows if row is not None} - found
        found |= newest
    return found


def readings_in(row: Assessment) -> set[str]:
    """The ids of the observations that a stored assessment looked at."""
    return {reading["id"] for reading in row.snapshot["readings"] if reading["id"]}


def answers_in(row: Assessment) -> Sequence[Answer]:
    """The bedside answers that a stored assessment looked at."""
    return snapshot_from_json(row.snapshot).answers


def _said(one: Answer | BedsideFinding) -> Said:
    return one.criterion, str(one.state), one.observed_at


def _answers_now(course: Course, answers: Iterable[Answer], *, at: datetime) -> tuple[Answer, ...]:
    """The answers of an assessment at ``at`` with what was put right or taken back since; no later word on them."""
    since = BedsideFinding.objects.filter(course=course, observed_at__lte=at, recorded_at__gt=at)
    struck = {_said(row) for row in since.filter(entered_in_error__isnull=False)}
    instead = since.filter(entered_in_error__isnull=True, struck_by__isnull=True).exclude(reason="")
    kept = [one for one in answers if _said(one) not in struck]
    return (*kept, *(Answer(row.criterion, AnswerState(row.state), row.observed_at) for row in instead))


def outcome_with_what_is_known(course: Course, row: Assessment) -> Outcome:
    """Run a stored assessment again for its own instant, under its own rules, on the facts as they stand now.

    What was replaced or struck is left out; what was observed by then and recorded since is let in, of the bedside
    answers only what took the place of another. The course's side (counts, stops, holds) stays as it was.
    """
    stored, rules, limits = snapshot_from_json(row.snapshot), grading_rules_of(course), site_table_of(course.site_id)
    since = Q(recorded_at__gt=row.at, observed_at__gt=row.at - WINDOW, observed_at__lte=row.at)
    known = Observation.objects.filter(
        Q(pk__in=readings_in(row)) | since, patient=course.patient_id, replaced_by__isnull=True
    )
    readings = [
        reading_of(one, rules.observables, stored.course.baseline_weight_kg, limits)
        for one in known.exclude(status__in=VOID).exclude(observable="").order_by("observed_at", "id")
    ]
    grades = grades_of(course, readings, stored.course, rules, limits, at=row.at)
    answers = _answers_now(course, stored.answers, at=row.at)
    return assessed_under_its_rules(row, replace(stored, readings=tuple(readings), grades=grades, answers=answers))
