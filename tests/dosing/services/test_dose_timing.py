"""At which instants may a dose start, and how many may there be?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dosing.domain.verdict import Verdict
from dosing.models import Dose
from dosing.services import doses, refusals, signoffs
from il2ward.audit.actor import Actor
from tests.dosing.builders import (
    DOSE_IU,
    FIRST_DUE,
    Bedside,
    assessed,
    due,
    give_dose,
    make_cycle,
    nothing_written,
    start_dose,
    start_on,
)

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def refused(bedside: Bedside, refusal: type[refusals.Refused], number: int, at: datetime) -> None:
    """Expect a start at ``at`` on a fresh CONTINUE to be refused, with nothing written by it."""
    assessment = assessed(bedside.dose(number), Verdict.CONTINUE, at=at)
    with nothing_written(refusal):
        start_on(bedside, assessment, at=at)


def order_late(bedside: Bedside, number: int, at: datetime) -> None:
    """Let the physician order the overdue dose on a fresh CONTINUE."""
    from dosing.services import decisions

    decisions.decide(
        dose=bedside.dose(number),
        kind="order_late",
        assessment=assessed(bedside.dose(number), Verdict.CONTINUE, at=at),
        reason_code="logistics",
        reason_text="",
        reauthenticated=False,
        actor=Actor(user=bedside.physician),
        at=at,
    )


class TestWindow:
    def test_start_is_refused_when_it_is_a_second_before_the_window(self, bedside: Bedside) -> None:
        refused(bedside, refusals.NotYetDue, 1, due(1) - 2 * HOUR - SECOND)

    def test_dose_starts_when_the_window_has_just_opened(self, bedside: Bedside) -> None:
        assert start_dose(bedside, 1, at=due(1) - 2 * HOUR).status == "started"

    def test_dose_starts_when_it_is_exactly_an_hour_overdue(self, bedside: Bedside) -> None:
        assert start_dose(bedside, 1, at=due(1) + HOUR).status == "started"

    def test_start_is_refused_when_it_is_over_an_hour_overdue_without_an_order(self, bedside: Bedside) -> None:
        refused(bedside, refusals.Overdue, 1, due(1) + HOUR + SECOND)

    def test_dose_starts_when_a_physician_ordered_it_late(self, bedside: Bedside) -> None:
        order_late(bedside, 1, due(1) + 2 * HOUR)
        assert start_dose(bedside, 1, at=due(1) + 3 * HOUR - SECOND).status == "started"

    def test_start_is_refused_when_the_late_order_is_an_hour_old(self, bedside: Bedside) -> None:
        order_late(bedside, 1, due(1) + 2 * HOUR)
        refused(bedside, refusals.Overdue, 1, due(1) + 3 * HOUR)

    def test_late_order_is_refused_when_the_dose_is_not_overdue(self, bedside: Bedside) -> None:
        with pytest.raises(refusals.NothingToDecide):
            order_late(bedside, 1, due(1) + HOUR)

    def test_start_is_refused_when_the_window_of_the_next_dose_has_opened(self, bedside: Bedside) -> None:
        refused(bedside, refusals.SlotClosed, 1, due(2) - 2 * HOUR)

    def test_late_dose_starts_when_the_next_window_is_a_second_away(self, bedside: Bedside) -> None:
        order_late(bedside, 1, due(2) - 2 * HOUR - 2 * SECOND)
        assert start_dose(bedside, 1, at=due(2) - 2 * HOUR - SECOND).status == "started"


class TestStartToStart:
    def test_start_is_refused_when_less_than_seven_hours_have_passed(self, bedside: Bedside) -> None:
        give_dose(bedside, 1, at=due(1) + HOUR)
        refused(bedside, refusals.TooSoon, 2, due(2) - SECOND)

    def test_dose_starts_when_exactly_seven_hours_have_passed(self, bedside: Bedside) -> None:
        give_dose(bedside, 1, at=due(1) + HOUR)
        assert start_dose(bedside, 2, at=due(2)).status == "started"

    def test_site_minimum_counts_when_it_is_signed_with_the_regimen(self, bedside: Bedside) -> None:
        signoffs.sign(
            site=bedside.site,
            rule_file=bedside.course.regimen,
            statement="Eight hours here.",
            actor=Actor(user=bedside.physician),
            at=due(1),
            minimum_start_to_start_min=480,
        )
        give_dose(bedside, 1, at=due(1) + HOUR)
        refused(bedside, refusals.TooSoon, 2, due(2) + HOUR - SECOND)
        assert start_dose(bedside, 2, at=due(2) + HOUR).status == "started"

    def test_deviation_counts_when_the_time_since_the_last_start_is_taken(self, bedside: Bedside) -> None:
        doses.record_given_deviation(
            dose=bedside.dose(1),
            given_iu=DOSE_IU,
            started_at=due(1) + 2 * HOUR,
            ended_at=due(1) + 2 * HOUR,
            reason_text="Given before the order was seen.",
            actor=Actor(user=bedside.nurse),
            at=due(1) + 3 * HOUR,
        )
        refused(bedside, refusals.TooSoon, 2, due(2))


class TestMaxima:
    def test_start_is_refused_when_the_cycles_days_are_over(self, bedside: Bedside) -> None:
        # Slots moved to the end of day 5: the last one is due when the days are over.
        over = FIRST_DUE + timedelta(days=5)
        Dose.objects.filter(cycle=bedside.cycle, number=14).update(due_at=over)
        Dose.objects.filter(cycle=bedside.cycle, number__lt=14).update(status="omitted", reason_code="away")
        refused(bedside, refusals.CycleDaysOver, 14, over)

    def test_dose_starts_when_the_cycles_days_have_a_second_left(self, bedside: Bedside) -> None:
        over = FIRST_DUE + timedelta(days=5)
        Dose.objects.filter(cycle=bedside.cycle, number=14).update(due_at=over)
        Dose.objects.filter(cycle=bedside.cycle, number__lt=14).update(status="omitted", reason_code="away")
        assert start_dose(bedside, 14, at=over - SECOND).status == "started"

    def test_fourteenth_dose_starts_when_thirteen_were_given(self, bedside: Bedside) -> None:
        begin(bedside, range(1, 14))
        assert start_dose(bedside, 14).status == "started"

    def test_start_is_refused_when_the_cycle_had_fourteen_with_a_deviation(self, bedside: Bedside) -> None:
        begin(bedside, range(1, 14))
        beyond = Dose.objects.create(cycle=bedside.cycle, number=15, due_at=due(15), dose_iu=DOSE_IU)
        begin(bedside, [13])
        Dose.objects.filter(pk=bedside.dose(14).pk).update(
            status="given", started_at=due(13) + HOUR, ended_at=due(13) + HOUR, given_iu=1, deviation=True,
            started_by=bedside.nurse,
        )  # fmt: skip
        refused(bedside, refusals.MaximumReached, beyond.number, due(15) - HOUR)

    def test_start_is_refused_when_the_course_had_its_doses(self, bedside: Bedside) -> None:
        begin(bedside, range(1, 15))
        second = second_cycle(bedside)
        begin(second, range(1, 14), since=second.cycle.starts_at, more=1)
        refused(second, refusals.MaximumReached, 14, second.dose(14).due_at)

    def test_last_dose_of_the_course_starts_when_one_is_left(self, bedside: Bedside) -> None:
        begin(bedside, range(1, 15))
        second = second_cycle(bedside)
        begin(second, range(1, 14), since=second.cycle.starts_at)
        assert start_dose(second, 14, at=second.dose(14).due_at).status == "started"


def begin(bedside: Bedside, numbers: object, since: datetime = FIRST_DUE, more: int = 0) -> None:
    """Let slots count as given at their due times (and ``more`` deviations beyond the first cycle's last slot)."""
    for number in numbers:  # type: ignore[attr-defined]
        at = since + (number - 1) * timedelta(hours=8)
        Dose.objects.filter(cycle=bedside.cycle, number=number, status="planned").update(
            status="given", started_at=at, ended_at=at, given_iu=DOSE_IU, deviation=True, started_by=bedside.nurse
        )
    if more:
        first = bedside.course.cycles.get(number=1)
        at = first.starts_at + timedelta(days=5)
        Dose.objects.create(
            cycle=first, number=15, due_at=at, dose_iu=DOSE_IU, status="given", started_at=at, ended_at=at,
            given_iu=DOSE_IU, deviation=True, started_by=bedside.nurse,
        )  # fmt: skip


def second_cycle(bedside: Bedside) -> Bedside:
    """The same bedside two weeks on, in the course's second cycle."""
    from dataclasses import replace

    from dosing.services import cycles

    by = Actor(user=bedside.physician)
    cycles.end(cycle=bedside.cycle, reason="completed", actor=by, at=FIRST_DUE + timedelta(days=5))
    starts_at = FIRST_DUE + timedelta(days=14)
    cycle = make_cycle(bedside.course, bedside.physician, starts_at=starts_at, at=starts_at - 2 * HOUR)
    return replace(bedside, cycle=cycle)
