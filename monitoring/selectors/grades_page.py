"""What does a clinician see who is to confirm grades: each with its evidence and what every other grade would mean?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q

from dosing.models import Course
from monitoring.domain.ctcae import TermRule
from monitoring.domain.grade_choices import GradeChoice, choices_of, may_be_entered
from monitoring.models import EnteredGrade, GradeConfirmation, Observation
from monitoring.selectors import board_words as words
from monitoring.selectors.board_values import text_of
from monitoring.selectors.course_rules import grading_rules_of
from monitoring.selectors.course_worst import by_stretch
from monitoring.selectors.dose_stretches import cycles_of, stretches_of
from monitoring.selectors.entered_grades import newest_entries
from monitoring.selectors.grading_context import GIVEN
from monitoring.selectors.standing_grades import StandingGrade, Words, confirmations_of, newest_rows, with_words

MOST = 40
# What was given around a value, for people; the rules look further back.
BESIDE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Seen:
    """One value with its unit, as it was sent."""

    name: str
    value: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """One grade with what it rests on. ``said`` None: no clinician has had a word on it."""

    grade: StandingGrade
    name: str
    value: Seen
    beside: tuple[Seen, ...]
    choices: tuple[GradeChoice, ...]
    source: str
    said: GradeConfirmation | None

    @property
    def top(self) -> int:
        """The grade below which only a physician may go: the worse of what was computed and what counts."""
        return max(self.grade.computed or 0, self.grade.grade or 0)


@dataclass(frozen=True, slots=True)
class ToEnter:
    """One term that a clinician may grade in words; ``entry`` None: nobody has. ``also_measured``: numbers grade it
    too, and the worse of the two counts."""

    term: str
    name: str
    choices: tuple[GradeChoice, ...]
    entry: EnteredGrade | None
    also_measured: bool


@dataclass(frozen=True, slots=True)
class GradesPage:
    """The grades of one course that are a clinician's business; ``more`` waiting ones are not shown."""

    version: str
    waiting: tuple[ToConfirm, ...]
    said: tuple[ToConfirm, ...]
    more: int
    terms: tuple[ToEnter, ...]


def waiting_ids(course_id: int, said: Words, *, at: datetime) -> list[int]:
    """The proposed grades of 1 or more that wait for a clinician's word: of each term and grade before each dose the
    newest, unless somebody has confirmed one like it there, or found it worse."""
    stretches = stretches_of(cycles_of(course_id), at)
    rows = by_stretch(newest_rows(course_id, at=at).filter(proposed=True, grade__gte=1), stretches)
    groups = rows.order_by().values("term", "stretch", "grade").annotate(newest=Max("pk"))
    newest = {(one["term"], one["stretch"], one["grade"]): one["newest"] for one in groups}
    spoken = rows.filter(observation__in={observation for observation, _ in said})
    for pk, observation, term, stretch, grade in spoken.values_list("pk", "observation", "term", "stretch", "grade"):
        word = said.get((observation, term), ())[-1:]
        if word and (word[0].confirmed_grade >= grade or newest.get((term, stretch, grade)) == pk):
            newest.pop((term, stretch, grade), None)
    return list(newest.values())


def waiting_count(course_id: int, *, at: datetime) -> int:
    """How many proposed grades wait for a clinician's word."""
    return len(waiting_ids(course_id, confirmations_of(course_id), at=at))


def grades_page_of(course: Course, *, at: datetime) -> GradesPage:
    """Everything the page shows at ``at``, in a fixed number of queries."""
    ctcae, said = grading_rules_of(course).ctcae, confirmations_of(course.pk)
    ids, standing = waiting_ids(course.pk, said, at=at), newest_rows(course.pk, at=at)
    waiting = with_words(standing.filter(pk__in=ids).order_by("-observed_at", "-id")[:MOST], said)
    heard = standing.filter(observation__in={observation for observation, _ in said}).order_by("-observed_at", "-id")
    spoken = [row for row in with_words(heard, said) if row.confirmation_id is not None][:MOST]
    around = _Around(course, [*waiting, *spoken])
    return GradesPage(
        version=ctcae.version,
        waiting=tuple(_to_confirm(row, ctcae.terms, around, said) for row in waiting),
        said=tuple(_to_confirm(row, ctcae.terms, around, said) for row in spoken),
        more=max(0, len(ids) - len(waiting)),
        terms=_terms(course.pk, ctcae.terms, at=at),
    )


class _Around:
    """The values that some grades rest on, and what was given beside them; two queries."""

    def __init__(self, course: Course, rows: Iterable[StandingGrade]) -> None:
        instants = [row.observed_at for row in rows]
        self._values = Observation.objects.in_bulk([row.observation_id for row in rows])
        span = (min(instants) - BESIDE, max(instants)) if instants else None
        given = Observation.objects.filter(
            GIVEN & ~Q(observable="temperature"), patient=course.patient_id, replaced_by__isnull=True, not_gradable=""
        )
        self._given = list(given.filter(observed_at__range=span).order_by("-observed_at")) if span else []

    def value(self, observation_id: UUID) -> Seen:
        """The graded value itself."""
        return _seen(self._values[observation_id])

    def given(self, row: StandingGrade) -> tuple[Seen, ...]:
        """What was charted as given in the two hours up to the value, the newest of each."""
        found: dict[str, Observation] = {}
        for one in self._given:
            if row.observed_at - BESIDE <= one.observed_at <= row.observed_at and one.pk != row.observation_id:
                found.setdefault(one.observable, one)
        return tuple(_seen(one) for one in found.values())


def _seen(row: Observation) -> Seen:
    return Seen(words.observable(row.observable), f"{text_of(row)} {words.unit(row.unit)}".strip(), row.observed_at)


def _to_confirm(row: StandingGrade, terms: Mapping[str, TermRule], around: _Around, said: Words) -> ToConfirm:
    rule = terms[row.term]
    source = rule.proposal.source if rule.proposal is not None else f"CTCAE {rule.version}, {rule.term}"
    word = next((one for one in said.get((row.observation_id, row.term), ()) if one.pk == row.confirmation_id), None)
    return ToConfirm(
        grade=row,
        name=rule.label,
        value=around.value(row.observation_id),
        beside=around.given(row),
        choices=choices_of(rule),
        source=source,
        said=word,
    )


def _terms(course_id: int, terms: Mapping[str, TermRule], *, at: datetime) -> tuple[ToEnter, ...]:
    entries = newest_entries(course_id, at=at)
    rows = [
        ToEnter(rule.key, rule.label, choices_of(rule), entries.get(rule.key), rule.has_numbers or bool(rule.proposal))
        for rule in terms.values()
        if may_be_entered(rule)
    ]
    return tuple(sorted(rows, key=lambda one: (one.entry is None, one.also_measured, one.name)))
