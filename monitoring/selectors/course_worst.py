"""How bad did each term get before each dose, in each cycle and in the whole course?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Min, QuerySet, Value, When

from monitoring.domain.spoken_grades import TOGETHER
from monitoring.domain.worst_grades import GradedAt, Worst, worst_by_stretch, worst_of_some
from monitoring.models import ToxicityGrade
from monitoring.selectors import board_words as words
from monitoring.selectors.dose_stretches import Stretch, cycles_of, stretches_of
from monitoring.selectors.entered_grades import standing_entries
from monitoring.selectors.standing_grades import Words, confirmations_of, newest_rows, with_words

CLINICIAN = "clinician"
Points = Mapping[str, Sequence[GradedAt]]


@dataclass(frozen=True, slots=True)
class TermWorst:
    """One term of a course. ``stretches`` run beside those of ``CourseWorst``; ``cycles`` are by number.

    None: nothing was looked at then; a ``Worst`` without a grade: it was, and could not be graded.
    """

    term: str
    name: str
    stretches: tuple[Worst | None, ...]
    cycles: Mapping[int, Worst]
    course: Worst


@dataclass(frozen=True, slots=True)
class CourseWorst:
    """Every term that was looked at in a course: those always shown first, then the worst first, then by name."""

    at: datetime
    stretches: tuple[Stretch, ...]
    terms: tuple[TermWorst, ...]


def course_worst(course_id: int, *, at: datetime) -> CourseWorst:
    """Return the worst grades that count at ``at``, in six queries; a long history is added up by the database."""
    stretches = stretches_of(cycles_of(course_id), at)
    words_said = confirmations_of(course_id)
    points = said_points(course_id, words_said, at=at)
    for term, one in _grouped(course_id, words_said, stretches, at=at):
        points[term].append(one)
    return worst_from(points, stretches, at=at)


def worst_from(points: Points, stretches: Sequence[Stretch], *, at: datetime) -> CourseWorst:
    """Return the worst of ``points``, which are by term."""
    found = [_term(term, seen, stretches) for term, seen in points.items()]
    return CourseWorst(at, tuple(stretches), tuple(sorted(found, key=_order)))


def said_points(course_id: int, words_said: Words, *, at: datetime) -> dict[str, list[GradedAt]]:
    """The grades that a clinician spoke of or entered, by term."""
    points: dict[str, list[GradedAt]] = defaultdict(list)
    spoken = newest_rows(course_id, at=at).filter(observation__in=spoken_of(words_said))
    for one in with_words(spoken, words_said):
        source = source_of(one.term, one.observable)
        points[one.term].append(GradedAt(one.observed_at, one.grade, one.at_least, one.proposed, source))
    for entry in standing_entries(course_id, at=at):
        points[entry.term].append(GradedAt(entry.observed_at, entry.grade, source=CLINICIAN))
    return points


def spoken_of(words_said: Words) -> set[UUID]:
    """The observations on whose grades a clinician has had a word."""
    return {observation for observation, _ in words_said}


def source_of(term: str, observable: str) -> str:
    """What else of the same term a grade says nothing of: the observable, unless all are graded together."""
    return "" if term in TOGETHER else observable


def _grouped(
    course_id: int, words_said: Words, stretches: Sequence[Stretch], *, at: datetime
) -> list[tuple[str, GradedAt]]:
    """Each grade a term had in a stretch, once, at the first instant it had it."""
    rows = newest_rows(course_id, at=at).exclude(observation__in=spoken_of(words_said)).order_by()
    groups = by_stretch(rows, stretches).values("term", "stretch", "grade", "at_least", "proposed")
    groups = groups.annotate(first=Min("observed_at"))
    return [
        (group["term"], GradedAt(group["first"], group["grade"], group["at_least"], group["proposed"]))
        for group in groups
    ]


def by_stretch(rows: QuerySet[ToxicityGrade], stretches: Sequence[Stretch]) -> QuerySet[Any]:
    """Say of each row in which of ``stretches`` it lies, by its place among them."""
    ends = [When(observed_at__lte=one.until, then=Value(number)) for number, one in enumerate(stretches)]
    return rows.annotate(stretch=Case(*ends, default=Value(len(ends)), output_field=IntegerField()))


def _term(term: str, points: Sequence[GradedAt], stretches: Sequence[Stretch]) -> TermWorst:
    last = {one.cycle: one.until for one in stretches}
    by_cycle = worst_by_stretch(points, list(last.values()))
    return TermWorst(
        term=term,
        name=words.term(term),
        stretches=worst_by_stretch(points, [one.until for one in stretches]),
        cycles={cycle: worst for cycle, worst in zip(last, by_cycle, strict=True) if worst is not None},
        course=worst_of_some(points),
    )


def _order(one: TermWorst) -> tuple[int, int, str]:
    always = words.ALWAYS_SHOWN
    if one.term in always:
        return (always.index(one.term), 0, one.name)
    return (len(always), -(one.course.grade or 0), one.name)
