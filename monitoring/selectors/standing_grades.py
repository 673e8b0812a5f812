"""Which grade counts now for each observation and term of a course?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Max, QuerySet

from monitoring.domain.standing import VOID
from monitoring.models import GradeConfirmation, Observation, ToxicityGrade


@dataclass(frozen=True, slots=True)
class StandingGrade:
    """One term's grade of one observation, as it counts now.

    ``grade`` None: could not be graded, ``why`` says why; never to be read as 0. ``computed`` is what the rules gave;
    it differs from ``grade`` where a clinician set another. ``proposed``: no clinician has confirmed it; it counts
    all the same. ``at_least``: a higher grade is left open. ``confirmation_id`` None: no clinician's word stands.
    """

    id: int
    observation_id: UUID
    observable: str
    term: str
    grade: int | None
    computed: int | None
    at_least: bool
    proposed: bool
    why: str
    observed_at: datetime
    graded_at: datetime
    confirmation_id: int | None = None


def standing_grades(
    course_id: int,
    *,
    at: datetime | None = None,
    terms: Collection[str] | None = None,
    observations: Collection[UUID] | None = None,
    said_by: datetime | None = None,
) -> list[StandingGrade]:
    """Return the grade that counts of each observation and term, oldest observation first, in two queries.

    The newest row of an observation and term counts; with ``at`` only what was observed by then, with
    ``said_by`` only what clinicians had said by then. Nothing that was
    cancelled, entered in error or replaced counts.
    """
    rows = newest_rows(course_id, at=at)
    if terms is not None:
        rows = rows.filter(term__in=terms)
    if observations is not None:
        rows = rows.filter(observation__in=observations)
    return with_words(rows, confirmations_of(course_id, said_by=said_by))


def newest_rows(course_id: int, *, at: datetime | None = None) -> QuerySet[ToxicityGrade]:
    """The newest row of each standing observation and term, oldest observation first; ids rise with revisions."""
    graded = ToxicityGrade.objects.filter(course=course_id)
    if at is not None:
        graded = graded.filter(observed_at__lte=at)
    newest = graded.order_by().values("observation", "term").annotate(newest=Max("pk")).values("newest")
    rows = ToxicityGrade.objects.filter(pk__in=newest).exclude(observation__in=_taken_back(course_id))
    return rows.order_by("observed_at", "id")


def _taken_back(course_id: int) -> QuerySet[Observation, Any]:
    """What was cancelled, entered in error or replaced.

    Few rows, asked for as a list: a planner that looks for a replacement row by row, and takes the wrong index for
    it, reads the whole course once per row.
    """
    of_patient = Observation.objects.filter(patient__courses=course_id)
    replaced = of_patient.filter(replaces__isnull=False).values("replaces")
    void = of_patient.filter(status__in=VOID).values("pk")
    return void.union(replaced, all=True)


Said = tuple[GradeConfirmation, ...]
Words = Mapping[tuple[UUID, str], Said]


def with_words(rows: QuerySet[ToxicityGrade], words: Words) -> list[StandingGrade]:
    """Apply the clinicians' words to ``rows``, in their order and in one query."""
    seen = rows.annotate(observable=F("observation__observable")).values_list(*_COLUMNS)
    return [_standing(_Row(*columns), words) for columns in seen.iterator()]


class _Row(NamedTuple):
    """One grade as it was computed; plain columns, because a course with a monitor feed has tens of thousands."""

    id: int
    observation_id: UUID
    observable: str
    term: str
    grade: int | None
    at_least: bool
    proposed: bool
    why: str
    observed_at: datetime
    graded_at: datetime


_COLUMNS = _Row._fields


def confirmations_of(course_id: int, *, said_by: datetime | None = None) -> dict[tuple[UUID, str], Said]:
    """Every clinician's word on a grade of the course (by ``said_by``), by observation and term, oldest first."""
    found: dict[tuple[UUID, str], Said] = {}
    rows = GradeConfirmation.objects.filter(grade__course=course_id)
    if said_by is not None:
        rows = rows.filter(at__lte=said_by)
    for row in rows.select_related("grade", "by").order_by("at", "id"):
        key = (row.grade.observation_id, row.grade.term)
        found[key] = (*found.get(key, ()), row)
    return found


def confirmation_that_stands(computed: int | None, said: Iterable[GradeConfirmation]) -> GradeConfirmation | None:
    """Return the newest word, if it still speaks of what the rules give now; None otherwise.

    It does when it was said on the same computed grade. After a re-grading it stands only where it is the worse: a
    word on other facts may raise a grade and never lower one. Nothing can be confirmed that has no grade.
    """
    newest = max(said, key=lambda one: (one.at, one.pk), default=None)
    if newest is None or computed is None:
        return None
    return newest if newest.grade.grade == computed or newest.confirmed_grade > computed else None


def _standing(row: _Row, words: Words) -> StandingGrade:
    word = confirmation_that_stands(row.grade, words.get((row.observation_id, row.term), ()))
    return StandingGrade(
        id=row.id,
        observation_id=row.observation_id,
        observable=row.observable,
        term=row.term,
        grade=row.grade if word is None else word.confirmed_grade,
        computed=row.grade,
        at_least=row.at_least and word is None,
        proposed=row.proposed and word is None,
        why=row.why if word is None else f"grade {word.confirmed_grade} by a clinician; {row.why}",
        observed_at=row.observed_at,
        graded_at=row.graded_at,
        confirmation_id=None if word is None else word.pk,
    )
