"""How does a stop latch, how long does it stand, and whose word lifts it?"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from dosing.domain.verdict import Verdict
from dosing.models import Assessment, Decision, StopLatch
from dosing.selectors.courses import facts_of
from dosing.services import cycles, decisions, refusals
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from tests.dosing.builders import (
    Bedside,
    assessed,
    due,
    make_assessment,
    make_course,
    make_outcome,
    nothing_written,
    start_dose,
)

MINUTE = timedelta(minutes=1)
OPEN = due(1) - timedelta(hours=2)
SAID = "Both of us have seen the patient."


def found(bedside: Bedside, at: datetime, *met: str, verdict: Verdict = Verdict.STOP_CYCLE) -> Assessment:
    """A run that found a confirmed stop."""
    outcome = make_outcome(verdict, at=at, met=met, latches=verdict)
    return make_assessment(bedside.dose(1), outcome, at=at)


def recovered(bedside: Bedside, at: datetime, verdict: Verdict = Verdict.STOP_CYCLE) -> Assessment:
    """A run in which nothing is met any more, but the stop stands."""
    outcome = make_outcome(verdict, at=at, found=Verdict.CONTINUE)
    return make_assessment(bedside.dose(1), outcome, at=at, used=True)


def lift(bedside: Bedside, kind: str, by: User, at: datetime, **changed: object) -> Decision:
    """Let a physician refute or reinstate on the newest assessment of dose 1."""
    said = {
        "reason_code": "artefact" if kind == "refute" else "recovered",
        "reason_text": SAID,
        "reauthenticated": True,
        "repeat_observation": uuid4() if kind == "refute" else None,
        **changed,
    }
    newest = Assessment.objects.filter(dose=bedside.dose(1)).order_by("-id").first()
    return decisions.decide(dose=bedside.dose(1), kind=kind, assessment=newest, actor=Actor(user=by), at=at, **said)


def stop_facts(bedside: Bedside, at: datetime) -> Verdict | None:
    return facts_of(bedside.course, bedside.dose(1), at).stop


class TestLatching:
    def test_stop_latches_once_when_it_is_found_in_the_window_again_and_again(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bleeding")
        found(bedside, OPEN + MINUTE, "bleeding")

        assert [latch.verdict for latch in StopLatch.objects.all()] == ["STOP_CYCLE"]
        assert AuditEvent.objects.filter(event="stop.latched").count() == 1

    def test_stop_does_not_latch_when_the_window_opens_a_second_later(self, bedside: Bedside) -> None:
        found(bedside, OPEN - timedelta(seconds=1), "bleeding")
        assert not StopLatch.objects.exists()
        assert stop_facts(bedside, OPEN) is None

    def test_stop_of_before_latches_when_it_is_found_unchanged_in_the_window(self, bedside: Bedside) -> None:
        found(bedside, OPEN - MINUTE, "bleeding")
        found(bedside, OPEN, "bleeding")
        assert StopLatch.objects.get().latched_at == OPEN

    def test_stop_does_not_latch_when_a_single_device_reading_caused_it(self, bedside: Bedside) -> None:
        make_assessment(bedside.dose(1), make_outcome(Verdict.STOP_CYCLE, at=OPEN, met=("pulse",)), at=OPEN)
        assert not StopLatch.objects.exists()

    def test_stop_stands_when_the_values_have_recovered(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bleeding")
        assessed(bedside.dose(1), Verdict.CONTINUE, at=OPEN + MINUTE)

        assert stop_facts(bedside, OPEN + MINUTE) is Verdict.STOP_CYCLE
        with pytest.raises(refusals.StopStands):
            start_dose(bedside, 1, at=OPEN + MINUTE)

    def test_criteria_join_the_standing_stop_when_they_are_met_later(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bleeding")
        found(bedside, OPEN + MINUTE, "bleeding", "coma")
        assert StopLatch.objects.get().criteria == ["bleeding", "coma"]

    def test_permanent_stop_forbids_another_course_when_the_cycle_is_over(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bowel", verdict=Verdict.STOP_PERMANENT)
        by = Actor(user=bedside.physician)
        from dosing.services import courses

        courses.end_course(course=bedside.course, reason="toxicity", actor=by, at=OPEN + MINUTE)
        with pytest.raises(refusals.StopStands):
            make_course(bedside.patient, bedside.physician, at=OPEN + 2 * MINUTE)

    def test_permanent_stop_counts_beside_a_cycle_stop_when_both_stand(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bleeding")
        found(bedside, OPEN + MINUTE, "bowel", verdict=Verdict.STOP_PERMANENT)
        assert stop_facts(bedside, OPEN + MINUTE) is Verdict.STOP_PERMANENT


class TestOrdered:
    @pytest.mark.parametrize("kind", ["stop_cycle", "stop_permanent"])
    def test_stop_stands_at_once_when_a_physician_orders_it(self, bedside: Bedside, kind: str) -> None:
        newest = assessed(bedside.dose(1), Verdict.CONTINUE, at=OPEN)
        decisions.decide(
            dose=bedside.dose(1), kind=kind, assessment=newest, reason_code="progression", reason_text="",
            reauthenticated=False, actor=Actor(user=bedside.physician), at=OPEN,
        )  # fmt: skip

        assert stop_facts(bedside, OPEN) is Verdict(kind.upper())
        with pytest.raises(refusals.StopStands):
            start_dose(bedside, 1, at=OPEN + MINUTE)

    def test_stop_is_refused_when_a_nurse_orders_it(self, bedside: Bedside) -> None:
        newest = assessed(bedside.dose(1), Verdict.CONTINUE, at=OPEN)
        with nothing_written(refusals.PhysicianNeeded):
            decisions.decide(
                dose=bedside.dose(1), kind="stop_cycle", assessment=newest, reason_code="toxicity", reason_text="",
                reauthenticated=False, actor=Actor(user=bedside.nurse), at=OPEN,
            )  # fmt: skip

    def test_ordered_stop_cannot_be_refuted(self, bedside: Bedside) -> None:
        newest = assessed(bedside.dose(1), Verdict.CONTINUE, at=OPEN)
        decisions.decide(
            dose=bedside.dose(1), kind="stop_cycle", assessment=newest, reason_code="toxicity", reason_text="",
            reauthenticated=False, actor=Actor(user=bedside.physician), at=OPEN,
        )  # fmt: skip
        with nothing_written(refusals.NotAnArtefact):
            lift(bedside, "refute", bedside.physician2, OPEN + MINUTE)


class TestRefuting:
    def test_stop_is_lifted_when_one_physician_refutes_it_with_a_repeat(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "pulse")
        recovered(bedside, OPEN + MINUTE)

        decision = lift(bedside, "refute", bedside.physician, OPEN + MINUTE)

        latch = StopLatch.objects.get()
        assert (latch.lifted_at, latch.lifted_by) == (OPEN + MINUTE, decision)
        assert stop_facts(bedside, OPEN + MINUTE) is None

    @pytest.mark.parametrize(
        ("changed", "refusal"),
        [
            ({"repeat_observation": None}, refusals.ReasonMissing),
            ({"reason_text": "Lead was off..."[:14]}, refusals.ReasonMissing),
            ({"reason_code": ""}, refusals.ReasonMissing),
            ({"reauthenticated": False}, refusals.NotReauthenticated),
        ],
        ids=["no repeat", "short text", "no code", "no password"],
    )
    def test_refutation_is_refused_when_something_is_missing(
        self, bedside: Bedside, changed: dict[str, object], refusal: type[refusals.Refused]
    ) -> None:
        found(bedside, OPEN, "pulse")
        recovered(bedside, OPEN + MINUTE)
        with nothing_written(refusal):
            lift(bedside, "refute", bedside.physician, OPEN + MINUTE, **changed)

    def test_refutation_is_refused_when_what_stopped_it_is_still_met(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "pulse")
        with nothing_written(refusals.StopStillMet):
            lift(bedside, "refute", bedside.physician, OPEN + MINUTE)

    def test_refutation_is_refused_when_no_stop_stands(self, bedside: Bedside) -> None:
        assessed(bedside.dose(1), Verdict.CONTINUE, at=OPEN)
        with nothing_written(refusals.NoStopStands):
            lift(bedside, "refute", bedside.physician, OPEN)


class TestReinstating:
    def test_stop_stands_when_only_one_physician_signed(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bleeding")
        recovered(bedside, OPEN + MINUTE)
        lift(bedside, "reinstate", bedside.physician, OPEN + MINUTE)
        assert stop_facts(bedside, OPEN + MINUTE) is Verdict.STOP_CYCLE

    def test_stop_is_lifted_when_a_second_physician_signs_within_the_hour(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bleeding")
        recovered(bedside, OPEN + MINUTE)
        first = lift(bedside, "reinstate", bedside.physician, OPEN + MINUTE)

        second = lift(bedside, "reinstate", bedside.physician2, OPEN + 61 * MINUTE - timedelta(seconds=1))

        assert second.seconds == first
        assert StopLatch.objects.get().lifted_by == second

    def test_second_signature_begins_anew_when_the_first_is_an_hour_old(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bleeding")
        recovered(bedside, OPEN + MINUTE)
        lift(bedside, "reinstate", bedside.physician, OPEN + MINUTE)

        second = lift(bedside, "reinstate", bedside.physician2, OPEN + 61 * MINUTE)

        assert second.seconds is None
        assert StopLatch.objects.get().lifted_at is None

    def test_second_signature_is_refused_when_it_is_the_same_physicians(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bleeding")
        recovered(bedside, OPEN + MINUTE)
        lift(bedside, "reinstate", bedside.physician, OPEN + MINUTE)
        with nothing_written(refusals.SecondPhysicianNeeded):
            lift(bedside, "reinstate", bedside.physician, OPEN + 2 * MINUTE)

    def test_slot_stays_held_until_released_when_the_stop_was_lifted_in_its_window(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bleeding")
        recovered(bedside, OPEN + MINUTE)
        lift(bedside, "reinstate", bedside.physician, OPEN + MINUTE)
        lift(bedside, "reinstate", bedside.physician2, OPEN + MINUTE)
        assert facts_of(bedside.course, bedside.dose(1), OPEN + MINUTE).slot_hold

    def test_stop_latches_anew_when_it_is_found_again_after_a_lift(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bleeding")
        recovered(bedside, OPEN + MINUTE)
        lift(bedside, "refute", bedside.physician, OPEN + MINUTE)
        found(bedside, OPEN + 2 * MINUTE, "bleeding")
        assert StopLatch.objects.filter(lifted_at=None).count() == 1

    def test_permanent_stop_can_be_reinstated_when_its_cycle_has_ended(self, bedside: Bedside) -> None:
        found(bedside, OPEN, "bowel", verdict=Verdict.STOP_PERMANENT)
        cycles.end(cycle=bedside.cycle, reason="toxicity", actor=Actor(user=bedside.physician), at=OPEN + MINUTE)
        lift(bedside, "reinstate", bedside.physician, OPEN + 2 * MINUTE)
        lift(bedside, "reinstate", bedside.physician2, OPEN + 3 * MINUTE)
        assert not StopLatch.objects.filter(lifted_at=None).exists()
