"""Does a clinician's word count for what it was said of, and for nothing that came after?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosing.domain.snapshot import TermGrade
from monitoring.domain.spoken_grades import Entry, Word, with_entries, with_words

SEEN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PRESENT = TermGrade("hypotension", 3, at_most=3, proposed=True, why="vasopressor", observed_at=SEEN)
HYPOXIA = replace(PRESENT, term="hypoxia")


def heard(word: Word, grade: TermGrade = PRESENT) -> tuple[int | None, bool]:
    found = with_words(grade, [word])
    return found.grade, found.proposed


@pytest.mark.parametrize(("said", "counts"), [(3, (3, False)), (4, (4, False)), (2, (2, False)), (0, (0, False))])
def test_word_on_the_very_reading_counts(said: int, counts: tuple[int, bool]) -> None:
    assert heard(Word(SEEN, 3, said)) == counts


@pytest.mark.parametrize("said", [0, 2, 3, 4])
def test_word_on_an_older_reading_says_nothing(said: int) -> None:
    assert with_words(PRESENT, [Word(SEEN - HOUR, 3, said)]) == PRESENT


def test_word_said_on_another_computed_grade_cannot_lower() -> None:
    assert heard(Word(SEEN, 2, 2)) == (3, True)
    assert heard(Word(SEEN, 2, 4)) == (4, False)


@pytest.mark.parametrize(("beside", "counts"), [(1, 2), (2, 2), (3, 3)])
def test_word_cannot_lower_what_is_worse_since(beside: int, counts: int) -> None:
    assert heard(Word(SEEN, 3, 2, worst_beside=beside))[0] == counts


def test_word_on_a_later_reading_lowers_only_what_is_graded_from_everything_at_once() -> None:
    later = Word(SEEN + HOUR, 3, 2)

    assert heard(later) == (2, False)
    assert heard(later, HYPOXIA) == (3, True)
    assert heard(replace(later, observed_at=SEEN), HYPOXIA) == (2, False)


def test_word_makes_no_old_value_fresh() -> None:
    stale = replace(PRESENT, grade=None, at_most=None, why="measured too long ago")

    assert with_words(stale, [Word(SEEN, 3, 4)]) == stale
    assert with_words(replace(PRESENT, observed_at=None), [Word(SEEN, 3, 4)]).proposed


def test_newest_word_that_speaks_of_it_counts() -> None:
    words = [Word(SEEN, 3, 2), Word(SEEN + HOUR, 1, 1)]

    assert with_words(PRESENT, words).grade == 2


@given(
    st.integers(0, 5),
    st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)), max_size=5),
)
def test_nothing_newer_and_worse_is_ever_talked_down(grade: int, words: list[tuple[int, int, int, int]]) -> None:
    said = [Word(SEEN + hour * HOUR, computed, word, beside) for hour, computed, word, beside in words]

    found = with_words(replace(PRESENT, grade=grade), said)

    assert found.grade is not None
    if found.grade < grade:
        assert any(w.said == found.grade and w.computed == grade and w.worst_beside <= w.said for w in said)


MEASURED = TermGrade("hypotension", 2, at_most=2, observed_at=SEEN, why="fluid")
UNKNOWN = TermGrade("hypotension", None, why="not measured")


@pytest.mark.parametrize(
    ("measured", "entered", "grade", "at_most"),
    [
        (MEASURED, 1, 2, 2),
        (MEASURED, 2, 2, 2),
        (MEASURED, 4, 4, 4),
        (replace(MEASURED, at_most=3), 2, 2, 3),
        (replace(MEASURED, at_most=None), 3, 3, None),
        (UNKNOWN, 0, None, None),
        (UNKNOWN, 1, 1, None),
    ],
)
def test_worse_of_what_was_measured_and_entered_counts(
    measured: TermGrade, entered: int, grade: int | None, at_most: int | None
) -> None:
    (found,) = with_entries([measured], [Entry("hypotension", entered, SEEN)])

    assert (found.grade, found.at_most) == (grade, at_most)


def test_term_that_nothing_measures_has_what_was_entered() -> None:
    found = with_entries([MEASURED], [Entry("nausea", 3, SEEN, "N. Ward")])

    assert found[0] == MEASURED
    assert (found[1].term, found[1].grade, found[1].at_most, found[1].proposed) == ("nausea", 3, 3, False)
    assert "N. Ward" in found[1].why
