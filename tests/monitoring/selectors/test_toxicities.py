"""Are worst grades and adverse events those of the grades that count, each in its dose, cycle and course?"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from dosing.models import Cycle, Dose
from il2ward.identity import uuid7
from monitoring.domain.worst_grades import GradedAt
from monitoring.models import EnteredGrade, GradeConfirmation, ToxicityGrade
from monitoring.selectors.course_page_toxicity import cell_of, grid_of, table_of
from monitoring.selectors.course_worst import TermWorst, course_worst, worst_from
from monitoring.selectors.dose_stretches import cycles_of, stretches_of
from monitoring.selectors.toxicities import AdverseEvent, toxicities_of
from tests.dosing.builders import FIRST_DUE, NOW, Bedside, due, give_dose
from tests.monitoring.charting import HOUR, MINUTE, creatinine, record, value, work

TERM = "creatinine_increased"


def chart(bedside: Bedside, text: str, at: datetime) -> None:
    """A creatinine, graded."""
    record(bedside, [creatinine(text, at=at)], at=at)
    work(bedside, at=at)


def term_of(bedside: Bedside, at: datetime, term: str = TERM) -> TermWorst:
    return next(one for one in course_worst(bedside.course.pk, at=at).terms if one.term == term)


def events(bedside: Bedside, at: datetime, term: str = TERM) -> list[AdverseEvent]:
    return [one for one in toxicities_of(bedside.course.pk, at=at).events if one.term == term]


def enter(bedside: Bedside, term: str, grade: int | None, at: datetime, **more: object) -> EnteredGrade:
    return EnteredGrade.objects.create(
        id=uuid7(at), patient=bedside.patient, course=bedside.course, term=term, grade=grade, ctcae_version="5.0",
        rules_sha256="a" * 64, observed_at=at, recorded_at=at, recorded_by=bedside.nurse, **more,
    )  # fmt: skip


def second_cycle(bedside: Bedside, starts_at: datetime) -> Cycle:
    """A planned cycle with one slot, as one would lie there."""
    Cycle.objects.filter(pk=bedside.cycle.pk).update(status="ended", ended_at=starts_at, end_reason="completed")
    cycle = Cycle.objects.create(
        course=bedside.course, number=2, status="planned", dosing_weight_kg="70", starts_at=starts_at
    )
    Dose.objects.create(cycle=cycle, number=1, due_at=starts_at, dose_iu=1)
    return cycle


def test_worst_grade_lies_in_the_stretch_that_led_up_to_the_dose(bedside: Bedside) -> None:
    chart(bedside, "0.9", NOW)
    give_dose(bedside, 1)
    chart(bedside, "2.0", due(1) + HOUR)
    chart(bedside, "1.0", due(1) + 2 * HOUR)
    give_dose(bedside, 2)
    chart(bedside, "1.0", due(2) + HOUR)

    found = term_of(bedside, due(2) + HOUR)

    assert [one.grade if one else None for one in found.stretches] == [0, 2, 0]
    assert found.course.grade == 2
    assert found.course.observed_at == due(1) + HOUR


def test_dose_with_nothing_looked_at_has_no_grade(bedside: Bedside) -> None:
    chart(bedside, "0.9", NOW)

    found = term_of(bedside, due(2) + HOUR)

    assert [cell_of(one).grade for one in found.stretches] == ["0", "", ""]


def test_ungraded_is_shown_as_ungraded(bedside: Bedside) -> None:
    record(bedside, [value("creatinine", "1.0", "mg/dL", at=NOW, origin="laboratory")], at=NOW)
    work(bedside, at=NOW)

    assert cell_of(term_of(bedside, NOW).course).grade == "?"


def test_clinician_s_word_counts_in_the_worst_grade(bedside: Bedside) -> None:
    record(bedside, [value("heart_rate", "130", "/min", at=NOW)], at=NOW)
    work(bedside, at=NOW)
    row = ToxicityGrade.objects.get(term="sinus_tachycardia")
    assert cell_of(term_of(bedside, NOW, row.term).course).proposed

    GradeConfirmation.objects.create(grade=row, confirmed_grade=2, by=bedside.physician, at=NOW, reason="needs esmolol")

    worst = term_of(bedside, NOW, row.term).course
    assert (worst.grade, worst.proposed, worst.at_least) == (2, False, False)


def test_after_the_last_slot_there_is_a_stretch_of_its_own(bedside: Bedside) -> None:
    late = due(14) + HOUR

    assert [one.number for one in stretches_of(cycles_of(bedside.course.pk), late)] == [*range(1, 15), 0]


def test_stretches_begin_when_the_one_before_ends(bedside: Bedside) -> None:
    cycles = cycles_of(bedside.course.pk)

    assert [one.number for one in stretches_of(cycles, FIRST_DUE - MINUTE)] == [1]
    assert [one.number for one in stretches_of(cycles, FIRST_DUE)] == [1, 2]


def test_second_cycle_begins_a_day_before_its_first_slot(bedside: Bedside) -> None:
    starts_at = FIRST_DUE + timedelta(days=14)
    chart(bedside, "2.0", starts_at - timedelta(hours=24))
    second_cycle(bedside, starts_at)
    chart(bedside, "1.0", starts_at - timedelta(hours=24) + MINUTE)

    found = term_of(bedside, starts_at)

    assert {number: worst.grade for number, worst in found.cycles.items()} == {1: 2, 2: 0}
    grid = grid_of(bedside.course.pk, starts_at)
    assert (grid.numbers, grid.cycles) == (("1", "after"), (1, 2))


def test_course_without_a_cycle_has_only_its_own_column() -> None:
    worst = worst_from({TERM: [GradedAt(NOW, 2)]}, [], at=NOW)

    grid = table_of(worst)

    assert (grid.numbers, grid.cycles, grid.rows[0].cells, grid.rows[0].course.grade) == ((), (), (), "2")


def test_adverse_event_runs_from_its_first_grade_to_its_recovery(bedside: Bedside) -> None:
    chart(bedside, "0.9", NOW)
    give_dose(bedside, 1)
    for hours, text in ((1, "1.5"), (2, "4.0"), (3, "1.3"), (4, "1.0")):
        chart(bedside, text, due(1) + hours * HOUR)

    (event,) = events(bedside, due(1) + 5 * HOUR)

    assert (event.episode.onset_at, event.episode.worst.grade) == (due(1) + HOUR, 3)
    assert event.episode.resolved_at == due(1) + 3 * HOUR
    assert event.episode.baseline == 0


def test_entered_grade_makes_an_adverse_event_until_one_is_entered_that_ends_it(bedside: Bedside) -> None:
    give_dose(bedside, 1)
    enter(bedside, "nausea", 2, due(1) + HOUR)
    assert events(bedside, due(1) + 2 * HOUR, "nausea")[0].episode.is_open

    enter(bedside, "nausea", 0, due(1) + 3 * HOUR)

    assert events(bedside, due(1) + 4 * HOUR, "nausea")[0].episode.resolved_at == due(1) + 3 * HOUR


def test_withdrawn_entry_makes_no_event(bedside: Bedside) -> None:
    give_dose(bedside, 1)
    wrong = enter(bedside, "nausea", 2, due(1) + HOUR)
    enter(bedside, "nausea", None, due(1) + HOUR, replaces=wrong, note="another patient")

    assert events(bedside, due(1) + 2 * HOUR, "nausea") == []


def test_open_events_come_before_those_that_are_over(bedside: Bedside) -> None:
    give_dose(bedside, 1)
    enter(bedside, "nausea", 2, due(1) + HOUR)
    enter(bedside, "fatigue", 1, due(1) + 2 * HOUR)
    enter(bedside, "fatigue", 0, due(1) + 3 * HOUR)

    found = toxicities_of(bedside.course.pk, at=due(1) + 4 * HOUR).events

    assert [one.term for one in found] == ["nausea", "fatigue"]


def test_number_of_queries_does_not_grow_with_the_history(bedside: Bedside) -> None:
    give_dose(bedside, 1)
    chart(bedside, "2.0", due(1) + HOUR)
    row = ToxicityGrade.objects.get(term=TERM)
    GradeConfirmation.objects.create(grade=row, confirmed_grade=3, by=bedside.physician, at=NOW)
    with CaptureQueriesContext(connection) as few:
        toxicities_of(bedside.course.pk, at=due(1) + 9 * HOUR)
        course_worst(bedside.course.pk, at=due(1) + 9 * HOUR)
    for hour in range(2, 7):
        chart(bedside, "2.0", due(1) + hour * HOUR)
        enter(bedside, "nausea", 1, due(1) + hour * HOUR)
    with CaptureQueriesContext(connection) as many:
        toxicities_of(bedside.course.pk, at=due(1) + 9 * HOUR)
        course_worst(bedside.course.pk, at=due(1) + 9 * HOUR)

    assert len(many) == len(few) == 12
