"""What does a clinician's word make of the present grade of a term?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dosing.domain.snapshot import TermGrade

# Every grade of these is made of all that stood at its instant, whichever fact was charted then.
TOGETHER = ("hypotension",)


@dataclass(frozen=True, slots=True)
class Word:
    """A clinician's grade ``said`` on the grade that the rules ``computed`` from what was seen at ``observed_at``.

    ``worst_beside`` is the worst that any other standing grade of the term has from ``observed_at`` on; 0: none.
    """

    observed_at: datetime
    computed: int
    said: int
    worst_beside: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A grade that a clinician entered without any number."""

    term: str
    grade: int
    observed_at: datetime
    by: str = ""


def with_words(grade: TermGrade, words: Iterable[Word]) -> TermGrade:
    """Return the present ``grade`` as the newest word that speaks of it makes it.

    A word speaks of a grade that rests on nothing newer than the word does. It may always confirm or raise it. It may
    lower it only while the rules still compute what it was said on, from the very reading it was said on (for a term
    that is graded from everything at once: from anything up to it), and nothing seen since is worse. What cannot be
    graded now stays ungraded: a word makes no old value fresh.
    """
    if grade.grade is None or grade.observed_at is None:
        return grade
    for word in sorted(words, key=lambda word: word.observed_at, reverse=True):
        if word.observed_at < grade.observed_at:
            break
        if word.said >= grade.grade or _may_lower(word, grade):
            return replace(
                grade, grade=word.said, at_most=word.said, proposed=False, why=f"grade {word.said} by a clinician"
            )
    return grade


def _may_lower(word: Word, grade: TermGrade) -> bool:
    same_reading = word.observed_at == grade.observed_at or grade.term in TOGETHER
    return same_reading and word.computed == grade.grade and word.worst_beside <= word.said


def with_entries(grades: Sequence[TermGrade], entries: Iterable[Entry]) -> tuple[TermGrade, ...]:
    """Return ``grades`` with what clinicians entered: the worse of the two counts.

    Beside a term that cannot be graded now an entry of 1 or more is only a minimum, and a 0 is nothing. A term that
    nothing measured feeds has what was entered.
    """
    found = {grade.term: grade for grade in grades}
    for entry in entries:
        found[entry.term] = _with_entry(found.get(entry.term), entry)
    return tuple(found.values())


def _with_entry(measured: TermGrade | None, entry: Entry) -> TermGrade:
    why = f"grade {entry.grade} entered by {entry.by or 'a clinician'}"
    entered = TermGrade(entry.term, entry.grade, at_most=entry.grade, why=why, observed_at=entry.observed_at)
    if measured is None:
        return entered
    if measured.grade is None:
        return replace(entered, at_most=None, why=f"{why}; {measured.why}") if entry.grade else measured
    if measured.grade > entry.grade:
        return measured
    open_to = None if measured.at_most is None else max(measured.at_most, entry.grade)
    return replace(entered, at_most=open_to)
