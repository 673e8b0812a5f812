"""What have clinicians said of the present grades of a course?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from dosing.domain.snapshot import TermGrade
from monitoring.domain.spoken_grades import Entry, Word, with_entries, with_words
from monitoring.models import GradeConfirmation
from monitoring.selectors.entered_grades import newest_entries
from monitoring.selectors.standing_grades import StandingGrade, standing_grades


def spoken(course_id: int, grades: Iterable[TermGrade], *, at: datetime) -> tuple[TermGrade, ...]:
    """Return ``grades`` with every word and entry that was made by ``at``; terms that only an entry feeds come last."""
    words = words_of(course_id, at=at)
    heard = [with_words(grade, words.get(grade.term, ())) for grade in grades]
    entries = newest_entries(course_id, at=at).values()
    return with_entries(
        heard,
        [Entry(row.term, row.grade, row.observed_at, str(row.recorded_by)) for row in entries if row.grade is not None],
    )


def words_of(course_id: int, *, at: datetime) -> dict[str, list[Word]]:
    """The clinicians' words on standing grades, by term; in two queries more than there are none."""
    said = GradeConfirmation.objects.filter(grade__course=course_id, at__lte=at, grade__observed_at__lte=at)
    terms = set(said.values_list("grade__term", flat=True))
    if not terms:
        return {}
    by_term: dict[str, list[StandingGrade]] = defaultdict(list)
    for row in standing_grades(course_id, at=at, terms=terms, said_by=at):
        by_term[row.term].append(row)
    return {term: _words(rows) for term, rows in by_term.items()}


def _words(rows: Sequence[StandingGrade]) -> list[Word]:
    return [
        Word(row.observed_at, row.computed, row.grade, _worst_beside(row, rows))
        for row in rows
        if row.confirmation_id is not None and row.grade is not None and row.computed is not None
    ]


def _worst_beside(row: StandingGrade, rows: Iterable[StandingGrade]) -> int:
    since = (one.grade or 0 for one in rows if one.id != row.id and one.observed_at >= row.observed_at)
    return max(since, default=0)
