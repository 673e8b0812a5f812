"""Does exactly the grade that counts now stand, with a clinician's word and without what was taken back?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.models import GradeConfirmation, ToxicityGrade
from monitoring.selectors.standing_grades import StandingGrade, standing_grades
from monitoring.services.observations import NewObservation
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.charting import creatinine, record, value, work

MINUTE = timedelta(minutes=1)


def stands(bedside: Bedside, term: str) -> list[StandingGrade]:
    """What counts of ``term``, oldest first."""
    return standing_grades(bedside.course.pk, terms=[term])


def low_pressure(bedside: Bedside) -> ToxicityGrade:
    """A proposed grade 1: below target with nothing given."""
    none = NewObservation(observable="vasopressors_none", code="none_running", observed_at=NOW - MINUTE)
    record(bedside, [none, value("bp_systolic", "84", "mm[Hg]", at=NOW)], at=NOW)
    work(bedside, at=NOW)
    return ToxicityGrade.objects.get(term="hypotension", observation__observable="bp_systolic")


def say(row: ToxicityGrade, bedside: Bedside, grade: int, minutes: int) -> GradeConfirmation:
    """A clinician's word, so many minutes later."""
    return GradeConfirmation.objects.create(
        grade=row, confirmed_grade=grade, by=bedside.physician, at=NOW + minutes * MINUTE, reason="seen"
    )


def regrade(row: ToxicityGrade, grade: int | None) -> ToxicityGrade:
    """A later row of the same observation and term."""
    return ToxicityGrade.objects.create(
        observation=row.observation, course=row.course, term=row.term, grade=grade, at_least=True, proposed=True,
        why="again", ctcae_version=row.ctcae_version, rules_sha256="f" * 64, observed_at=row.observed_at,
        graded_at=NOW + MINUTE,
    )  # fmt: skip


def test_grade_stands_as_it_was_computed(bedside: Bedside) -> None:
    low_pressure(bedside)

    grade = stands(bedside, "hypotension")[-1]

    assert (grade.grade, grade.computed, grade.proposed, grade.at_least) == (1, 1, True, True)
    assert grade.confirmation_id is None


def test_newest_word_of_a_clinician_counts(bedside: Bedside) -> None:
    row = low_pressure(bedside)
    say(row, bedside, 2, 5)
    said = say(row, bedside, 4, 6)

    grade = stands(bedside, "hypotension")[-1]

    assert (grade.grade, grade.computed, grade.proposed, grade.at_least) == (4, 1, False, False)
    assert grade.confirmation_id == said.pk


def test_newest_row_of_an_observation_and_term_counts(bedside: Bedside) -> None:
    row = low_pressure(bedside)
    regrade(row, 3)

    assert [one.grade for one in stands(bedside, "hypotension") if one.observation_id == row.observation_id] == [3]


@pytest.mark.parametrize(("word", "again", "counts"), [(1, 3, 3), (4, 3, 4), (3, 3, 3), (2, None, None), (0, 1, 0)])
def test_word_on_other_facts_may_raise_a_regraded_grade_and_never_lower_it(
    bedside: Bedside, word: int, again: int | None, counts: int | None
) -> None:
    row = low_pressure(bedside)
    say(row, bedside, word, 5)
    regrade(row, again)

    assert stands(bedside, "hypotension")[-1].grade == counts


def test_replaced_observation_no_longer_counts(bedside: Bedside) -> None:
    first = record(bedside, [creatinine("3.4", at=NOW)], at=NOW)[0].observation
    work(bedside, at=NOW)
    correction = NewObservation(
        observable="creatinine", value="0.9", unit="mg/dL", observed_at=NOW, range_low="0.6", range_high="1.2",
        origin="laboratory", replaces=first.pk, status="corrected", reason="wrong tube",
    )  # fmt: skip
    record(bedside, [correction], at=NOW + MINUTE)
    work(bedside, at=NOW + MINUTE)

    assert [one.grade for one in stands(bedside, "creatinine_increased")] == [0]


def test_cancelled_observation_does_not_count(bedside: Bedside) -> None:
    record(bedside, [creatinine("3.4", at=NOW)], at=NOW)
    work(bedside, at=NOW)
    row = ToxicityGrade.objects.get(term="creatinine_increased")
    cancelled = NewObservation(
        observable="creatinine", observed_at=NOW, replaces=row.observation_id, status="entered-in-error",
        reason="wrong patient", origin="laboratory",
    )  # fmt: skip
    record(bedside, [cancelled], at=NOW + MINUTE)
    work(bedside, at=NOW + MINUTE)

    assert stands(bedside, "creatinine_increased") == []


def test_ungraded_stands_as_ungraded_with_its_reason(bedside: Bedside) -> None:
    record(bedside, [value("creatinine", "1.0", "mg/dL", at=NOW, origin="laboratory")], at=NOW)
    work(bedside, at=NOW)

    grade = stands(bedside, "creatinine_increased")[0]

    assert grade.grade is None
    assert grade.why


def test_what_was_observed_later_is_left_out(bedside: Bedside) -> None:
    record(bedside, [creatinine("1.0", at=NOW), creatinine("1.3", at=NOW + MINUTE)], at=NOW + MINUTE)
    work(bedside, at=NOW + MINUTE)

    found = standing_grades(bedside.course.pk, at=NOW, terms=["creatinine_increased"])

    assert [one.grade for one in found] == [0]


def test_two_queries_are_asked_however_long_the_history_is(bedside: Bedside) -> None:
    for minute in range(6):
        record(bedside, [creatinine("1.3", at=NOW + minute * MINUTE)], at=NOW + minute * MINUTE)
    work(bedside, at=NOW + 6 * MINUTE)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(stands(bedside, "creatinine_increased")) == 6

    assert len(asked) == 2
