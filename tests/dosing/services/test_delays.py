"""When may a physician delay a dose, what moves with it, and what stays as it was?"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from dosing.domain.verdict import Verdict
from dosing.models import Decision, SlotMove
from dosing.selectors.courses import next_dose
from dosing.selectors.delays import delay_rule_of
from dosing.selectors.holds import slot_hold
from dosing.selectors.slots import closes_at, days_over_at, is_overdue, opens_at
from dosing.services import courses, decisions, doses, refusals
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from tests.bedside_of_the_file import made_once
from tests.dosing.builders import (
    DOSE_IU,
    FIRST_DUE,
    Bedside,
    assessed,
    due,
    give_dose,
    make_bedside,
    make_course,
    nothing_written,
    start_dose,
    start_on,
)

HOUR, SECOND, MINUTE = timedelta(hours=1), timedelta(seconds=1), timedelta(minutes=1)
ALLOWS = "schwartzentruber_2001"


# A bedside under the one protocol whose source speaks of delay.
bedside_of_the_file = made_once(partial(make_bedside, protocol=ALLOWS))


def delay(bedside: Bedside, number: int, to_at: datetime | None, *, at: datetime, **changed: Any) -> Decision:
    """Let the physician delay the numbered dose on a fresh HOLD (or what ``verdict`` says)."""
    said = {"reason_code": "correcting", "reason_text": "", "by": bedside.physician, "verdict": Verdict.HOLD, **changed}
    dose = bedside.dose(number)
    return decisions.decide(
        dose=dose, kind="delay", assessment=assessed(dose, said["verdict"], at=at, met=("sinus",)),
        reason_code=said["reason_code"], reason_text=said["reason_text"], reauthenticated=False,
        actor=Actor(user=said["by"]), at=at, due_at=to_at,
    )  # fmt: skip


def refused(bedside: Bedside, refusal: type[refusals.Refused], to_at: datetime | None, **given: Any) -> str:
    """Expect the delay of dose 1 to be refused with nothing written but the assessment; return its sentence."""
    at = given.pop("at", due(1) - HOUR)
    with pytest.raises(refusal) as caught:
        delay(bedside, given.pop("number", 1), to_at, at=at, **given)
    assert type(caught.value) is refusal
    assert not SlotMove.objects.exists()
    assert not Decision.objects.exists()
    assert not AuditEvent.objects.filter(event__in=("dose.delayed", "dose.decided")).exists()
    return caught.value.sentence


def dues(bedside: Bedside) -> list[datetime]:
    return list(bedside.cycle.doses.order_by("number").values_list("due_at", flat=True))


class TestWhatMoves:
    def test_later_slots_move_by_the_same_time_when_a_dose_is_delayed(self, bedside: Bedside) -> None:
        give_dose(bedside, 1)
        delay(bedside, 2, due(2) + 4 * HOUR, at=due(2) - HOUR)

        assert dues(bedside) == [due(1), *(due(number) + 4 * HOUR for number in range(2, 15))]

    def test_window_overdue_and_closing_follow_the_new_time(self, bedside: Bedside) -> None:
        delay(bedside, 1, due(1) + 4 * HOUR, at=due(1) - HOUR)

        dose = bedside.dose(1)
        assert (opens_at(dose), closes_at(dose)) == (due(1) + 2 * HOUR, due(1) + 10 * HOUR)
        assert not is_overdue(dose, due(1) + 5 * HOUR)
        assert is_overdue(dose, due(1) + 5 * HOUR + SECOND)

    def test_days_of_the_cycle_stay_where_they_were(self, bedside: Bedside) -> None:
        delay(bedside, 1, due(1) + 4 * HOUR, at=due(1) - HOUR)
        assert days_over_at(bedside.dose(1).cycle) == FIRST_DUE + timedelta(days=5)

    @pytest.mark.parametrize(("by", "lost"), [(8 * HOUR - SECOND, []), (8 * HOUR, [14])])
    def test_slot_is_omitted_when_it_falls_beyond_the_days(
        self, bedside: Bedside, by: timedelta, lost: list[int]
    ) -> None:
        delay(bedside, 1, due(1) + 8 * HOUR, at=due(1) - HOUR)
        at = due(1) + 6 * HOUR
        delay(bedside, 1, due(1) + 8 * HOUR + by, at=at)

        omitted = bedside.cycle.doses.filter(status="omitted")
        assert [dose.number for dose in omitted] == lost
        for dose in omitted:
            assert (dose.reason_code, dose.closed_by, dose.closed_at) == ("days-over", bedside.physician, at)
        assert AuditEvent.objects.filter(event="dose.omitted").count() == len(lost)

    def test_lost_slot_is_never_next_and_never_started(self, bedside: Bedside) -> None:
        lose_the_last(bedside)
        bedside.cycle.doses.filter(number__lt=14).update(status="held", reason_code="toxicity")

        assert next_dose(bedside.course) is None
        at = bedside.dose(14).due_at
        row = assessed(bedside.dose(14), Verdict.CONTINUE, at=at)
        with nothing_written(refusals.SlotUsed):
            start_on(bedside, row, at=at)

    def test_slot_before_a_lost_one_closes_after_it_was_due(self, bedside: Bedside) -> None:
        lose_the_last(bedside)
        delay_at = opens_at(bedside.dose(1))
        delay(bedside, 1, bedside.dose(1).due_at + 7 * HOUR, at=delay_at)
        last = bedside.dose(13)
        assert last.due_at == FIRST_DUE + timedelta(days=5) - HOUR
        assert closes_at(last) == FIRST_DUE + timedelta(days=5)
        assert closes_at(bedside.dose(12)) == last.due_at - 2 * HOUR

    def test_record_holds_both_times_of_every_slot_and_the_rule(self, bedside: Bedside) -> None:
        decision = delay(bedside, 1, due(1) + 2 * HOUR, at=due(1) - HOUR, reason_text="Fluid first.")

        rows = SlotMove.objects.filter(decision=decision).order_by("dose__number")
        assert [(row.due_before_at, row.due_after_at) for row in rows] == [
            (due(number), due(number) + 2 * HOUR) for number in range(1, 15)
        ]
        assert {row.rule for row in rows} == {"d_schwartzentruber"}
        event = AuditEvent.objects.get(event="dose.delayed")
        assert event.actor == bedside.physician
        assert event.body.count("due_before_at") == 14
        assert (decision.kind, decision.reason_code, decision.reason_text) == ("delay", "correcting", "Fluid first.")


def lose_the_last(bedside: Bedside) -> None:
    """Two orders of eight hours each: the last slot falls on the very end of the days."""
    delay(bedside, 1, due(1) + 8 * HOUR, at=due(1) - HOUR)
    delay(bedside, 1, due(1) + 16 * HOUR, at=due(1) + 6 * HOUR)
    assert bedside.dose(14).status == "omitted"


class TestWhenItIsRefused:
    @pytest.mark.parametrize(
        ("protocol", "says"),
        [
            ("springerplus_2015", "SpringerPlus 2015 says that the slot is lost. Hold dose 1, or omit it."),
            ("fda_label", "US label (Proleukin) does not say that a dose may be delayed. Hold dose 1, or omit it."),
            ("consensus_2014", "No source that was read for this protocol lets a dose be delayed."),
        ],
    )
    def test_delay_is_refused_in_the_words_of_the_source(self, db: None, protocol: str, says: str) -> None:
        said = refused(make_bedside(protocol=protocol), refusals.DelayNotAllowed, due(1) + HOUR)
        assert said.startswith(says)

    def test_no_dose_is_delayed_when_the_regimen_has_its_own_calendar(self, bedside: Bedside) -> None:
        courses.end_course(course=bedside.course, reason="physician", actor=Actor(user=bedside.physician), at=due(1))
        planned = make_course(
            bedside.patient, bedside.physician, protocol="ctcae_gate", regimen="sc_yang", overlay=False
        )
        assert delay_rule_of(planned).refusal.startswith("This regimen has its own calendar")

    @pytest.mark.parametrize(
        ("to_at", "refusal"),
        [
            (None, refusals.Invalid),
            (due(1), refusals.ImpossibleTime),
            (due(1) + 8 * HOUR + SECOND, refusals.ImpossibleTime),
        ],
    )
    def test_delay_is_refused_when_the_new_time_is_none(
        self, bedside: Bedside, to_at: datetime | None, refusal: type[refusals.Refused]
    ) -> None:
        refused(bedside, refusal, to_at)

    def test_delay_is_refused_to_a_time_that_is_past(self, bedside: Bedside) -> None:
        refused(bedside, refusals.ImpossibleTime, due(1) + HOUR, at=due(1) + HOUR + SECOND)

    def test_delay_is_refused_beyond_the_days_and_taken_a_second_before(self, bedside: Bedside) -> None:
        bedside.cycle.doses.filter(number__lt=14).update(status="held", reason_code="toxicity")
        at, over = due(14) + HOUR, FIRST_DUE + timedelta(days=5)
        delay(bedside, 14, due(14) + 8 * HOUR, at=at)
        at = due(14) + 6 * HOUR
        with pytest.raises(refusals.CycleDaysOver):
            delay(bedside, 14, over, at=at)
        delay(bedside, 14, over - SECOND, at=at)
        assert bedside.dose(14).status == "planned"

    def test_delay_is_refused_when_the_slot_has_closed(self, bedside: Bedside) -> None:
        refused(bedside, refusals.SlotClosed, due(1) + 7 * HOUR, at=due(2) - 2 * HOUR)
        delay(bedside, 1, due(1) + 7 * HOUR, at=due(2) - 2 * HOUR - SECOND)

    def test_delay_is_refused_for_a_dose_that_has_begun_or_is_not_the_next(self, bedside: Bedside) -> None:
        refused(bedside, refusals.NotTheNextDose, due(2) + HOUR, number=2)
        start_dose(bedside, 1)
        refused(bedside, refusals.SlotUsed, due(1) + 2 * HOUR, at=due(1) + MINUTE)

    def test_next_dose_can_be_delayed_while_the_one_before_runs(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        delay(bedside, 2, due(2) + HOUR, at=due(1) + MINUTE)
        assert bedside.dose(2).due_at == due(2) + HOUR

    def test_delay_is_refused_under_a_stop(self, bedside: Bedside) -> None:
        refused(bedside, refusals.StopStands, due(1) + HOUR, verdict=Verdict.STOP_CYCLE)

    def test_delay_is_refused_when_a_stop_stands(self, bedside: Bedside) -> None:
        at, dose = due(1) - HOUR, bedside.dose(1)
        decisions.decide(
            dose=dose, kind="stop_cycle", assessment=assessed(dose, Verdict.HOLD, at=at), reason_code="toxicity",
            reason_text="", reauthenticated=False, actor=Actor(user=bedside.physician), at=at,
        )  # fmt: skip
        with nothing_written(refusals.StopStands):
            decisions.decide(
                dose=dose, kind="delay", assessment=dose.assessments.get(), reason_code="toxicity", reason_text="",
                reauthenticated=False, actor=Actor(user=bedside.physician), at=at, due_at=due(1) + HOUR,
            )  # fmt: skip

    def test_nurse_delays_nothing(self, bedside: Bedside) -> None:
        refused(bedside, refusals.PhysicianNeeded, due(1) + HOUR, by=bedside.nurse)

    @pytest.mark.parametrize("said", [{"reason_code": ""}, {"reason_code": "away"}, {"reason_code": "other"}])
    def test_delay_is_refused_without_its_reason(self, bedside: Bedside, said: dict[str, str]) -> None:
        refused(bedside, refusals.ReasonMissing, due(1) + HOUR, **said)

    def test_no_other_order_takes_a_new_time(self, bedside: Bedside) -> None:
        dose, at = bedside.dose(1), due(1) - HOUR
        row = assessed(dose, Verdict.HOLD, at=at)
        with nothing_written(refusals.Invalid):
            decisions.decide(
                dose=dose, kind="hold", assessment=row, reason_code="toxicity", reason_text="", reauthenticated=False,
                actor=Actor(user=bedside.physician), at=at, due_at=due(1) + HOUR,
            )  # fmt: skip


class TestOrderedAgain:
    def test_second_delay_waits_until_the_new_window_opens(self, bedside: Bedside) -> None:
        delay(bedside, 1, due(1) + 4 * HOUR, at=due(1) - HOUR)
        with pytest.raises(refusals.NotYetDue):
            delay(bedside, 1, due(1) + 6 * HOUR, at=due(1) + 2 * HOUR - SECOND)
        delay(bedside, 1, due(1) + 6 * HOUR, at=due(1) + 2 * HOUR)
        assert bedside.dose(1).due_at == due(1) + 6 * HOUR
        assert bedside.dose(2).due_at == due(2) + 6 * HOUR

    def test_dose_that_moved_with_another_can_be_delayed_itself(self, bedside: Bedside) -> None:
        delay(bedside, 1, due(1) + HOUR, at=due(1) - HOUR, verdict=Verdict.CONTINUE)
        give_dose(bedside, 1, at=due(1) + HOUR)
        delay(bedside, 2, due(2) + 2 * HOUR, at=due(1) + 2 * HOUR)
        assert bedside.dose(2).due_at == due(2) + 2 * HOUR


class TestStart:
    def test_delayed_dose_starts_from_its_new_time_and_not_a_second_before(self, bedside: Bedside) -> None:
        delay(bedside, 1, due(1) + 2 * HOUR, at=due(1) - 3 * HOUR, verdict=Verdict.CONTINUE)
        early = due(1) + 2 * HOUR - SECOND
        row = assessed(bedside.dose(1), Verdict.CONTINUE, at=early)
        with nothing_written(refusals.NotYetDue):
            start_on(bedside, row, at=early)
        assert start_dose(bedside, 1, at=due(1) + 2 * HOUR).status == "started"

    def test_dose_that_only_moved_along_keeps_its_whole_window(self, bedside: Bedside) -> None:
        delay(bedside, 1, due(1) + 2 * HOUR, at=due(1) - 3 * HOUR, verdict=Verdict.CONTINUE)
        give_dose(bedside, 1, at=due(1) + 2 * HOUR)
        assert start_dose(bedside, 2, at=due(2) + HOUR).status == "started"

    def test_give_of_before_the_delay_lets_nothing_start(self, bedside: Bedside) -> None:
        at, dose, by = due(1) - HOUR, bedside.dose(1), Actor(user=bedside.physician)
        row = assessed(dose, Verdict.REVIEW, at=at, met=("sinus",))
        decisions.decide(
            dose=dose, kind="give", assessment=row, reason_code="", reason_text="", reauthenticated=False, actor=by,
            at=at,
        )  # fmt: skip
        decisions.decide(
            dose=dose, kind="delay", assessment=row, reason_code="procedure", reason_text="", reauthenticated=False,
            actor=by, at=at, due_at=due(1) + HOUR,
        )  # fmt: skip
        again = assessed(bedside.dose(1), Verdict.REVIEW, at=due(1) + HOUR, met=("sinus",))
        with nothing_written(refusals.DoseNeedsReview):
            start_on(bedside, again, at=due(1) + HOUR)


class TestHold:
    def test_hold_of_the_old_window_stays_until_a_physician_releases_it(self, bedside: Bedside) -> None:
        delay(bedside, 1, due(1) + 6 * HOUR, at=due(1) - HOUR)
        at = due(1) + 6 * HOUR
        assert slot_hold(bedside.dose(1), at)

        row = assessed(bedside.dose(1), Verdict.REVIEW, at=at)
        decisions.decide(
            dose=bedside.dose(1), kind="release", assessment=row, reason_code="", reason_text="",
            reauthenticated=False, actor=Actor(user=bedside.physician), at=at,
        )  # fmt: skip
        assert not slot_hold(bedside.dose(1), at + SECOND)

    def test_hold_between_the_old_and_the_new_window_is_not_latched(self, bedside: Bedside) -> None:
        delay(bedside, 1, due(1) + 6 * HOUR, at=due(1) - HOUR, verdict=Verdict.REVIEW)
        assessed(bedside.dose(1), Verdict.HOLD, at=due(1) + 4 * HOUR - SECOND, met=("x",))
        assessed(bedside.dose(1), Verdict.CONTINUE, at=due(1) + 4 * HOUR)
        assert not slot_hold(bedside.dose(1), due(1) + 6 * HOUR)

        assessed(bedside.dose(1), Verdict.HOLD, at=due(1) + 5 * HOUR, met=("x",))
        assert slot_hold(bedside.dose(1), due(1) + 6 * HOUR)


class TestSweep:
    def test_slot_closes_with_the_days_when_it_was_delayed_to_their_end(self, bedside: Bedside) -> None:
        bedside.cycle.doses.filter(number__lt=14).update(status="held", reason_code="toxicity")
        over = FIRST_DUE + timedelta(days=5)
        delay(bedside, 14, due(14) + 8 * HOUR, at=due(14) + HOUR, verdict=Verdict.CONTINUE)
        delay(bedside, 14, over - HOUR, at=due(14) + 6 * HOUR, verdict=Verdict.CONTINUE)

        assert doses.close_expired_slots(over - SECOND) == []
        (closed,) = doses.close_expired_slots(over)
        assert (closed.number, closed.status, closed.reason_code) == (14, "omitted", "not-acted-on")

    def test_delayed_slot_closes_by_its_new_time(self, bedside: Bedside) -> None:
        delay(bedside, 1, due(1) + 4 * HOUR, at=due(1) - HOUR, verdict=Verdict.CONTINUE)

        assert doses.close_expired_slots(due(1) + 10 * HOUR - SECOND) == []
        (closed,) = doses.close_expired_slots(due(1) + 10 * HOUR)
        assert (closed.number, closed.status) == (1, "omitted")
        assert next_dose(bedside.course) == bedside.dose(2)

    def test_lost_slot_can_still_be_recorded_as_given(self, bedside: Bedside) -> None:
        lose_the_last(bedside)
        at = due(1) + 7 * HOUR
        slot = doses.record_given_deviation(
            dose=bedside.dose(14), given_iu=DOSE_IU, started_at=at, ended_at=at, reason_text="It happened.",
            actor=Actor(user=bedside.nurse), at=at,
        )  # fmt: skip
        assert (slot.status, slot.deviation) == ("given", True)
