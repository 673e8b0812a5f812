"""Leaving out the midst of a fever's readings changes nothing that is said of it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dosing.domain.snapshot import Status
from monitoring.domain.current_grades import grade_observation
from monitoring.domain.facts import TermResult
from monitoring.domain.reading import MeasuredReading
from monitoring.domain.time_above import SPEAKS_FOR, Telling, above_40
from tests.monitoring.domain.build import AT, OBSERVABLES, V5, reading

AROUND = timedelta(hours=27)
MINUTE = timedelta(minutes=1)
VALUES = ("40.5", "40.1", "40.6", "40.5", "40.1", "40.2", "40.0", "lost", "38")


@st.composite
def charts(draw: st.DrawFn) -> list[MeasuredReading]:
    """Temperatures oldest first, mostly close to each other and above 40.0, some of one instant, some preliminary."""
    minutes, found = 0, []
    for _ in range(draw(st.integers(1, 40))):
        minutes += draw(st.sampled_from((0, 1, 30, 59, 60, 61, 119, 120, 121, 400)))
        status = draw(st.sampled_from((*[Status.FINAL] * 5, Status.PRELIMINARY, Status.CANCELLED)))
        value, compared = draw(st.sampled_from(VALUES)), draw(st.sampled_from((None, None, None, ">", "<")))
        found.append(reading("temperature", value, "Cel", hours_ago=-minutes / 60, status=status, comparator=compared))
    return found


def grades_of(one: MeasuredReading, beside: list[MeasuredReading]) -> tuple[TermResult, ...]:
    return grade_observation(one, beside, target_sbp=None, baselines={}, ctcae=V5, observables=OBSERVABLES)


@given(chart=charts())
def test_a_fever_is_graded_alike_with_all_its_readings_and_with_those_that_tell(chart: list[MeasuredReading]) -> None:
    telling = Telling(chart, above_40)
    for one in chart:
        since, until = one.observed_at - AROUND, one.observed_at
        whole = [other for other in chart if since <= other.observed_at <= until]
        assert grades_of(one, telling.within(since, until)) == grades_of(one, whole)


def test_of_a_days_fever_by_the_minute_few_readings_are_left() -> None:
    chart = [reading("temperature", "40.5", "Cel", hours_ago=-minute / 60) for minute in range(27 * 60)]
    few = Telling(chart, above_40).within(AT, AT + AROUND)

    assert len(few) <= AROUND / SPEAKS_FOR + 4
    assert {chart[0], chart[-1]} <= set(few)
    assert Telling(chart, None).within(AT, AT + AROUND) == chart
