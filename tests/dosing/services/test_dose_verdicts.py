"""Which verdict lets a dose start, and which word of a physician's opens which door?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dosing.domain.outcome import Outcome
from dosing.domain.verdict import Verdict
from dosing.models import Assessment, Decision
from dosing.services import courses, decisions, doses, refusals
from il2ward.audit.actor import Actor
from tests.dosing.builders import (
    Bedside,
    assessed,
    due,
    graded,
    make_assessment,
    make_outcome,
    nothing_written,
    start_on,
)

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
AT = due(1) - timedelta(hours=1)


def decide(bedside: Bedside, kind: str, assessment: Assessment, *, at: datetime, **changed: object) -> Decision:
    said = {
        "reason_code": "benefit_outweighs" if kind == "override" else "",
        "reason_text": "Discussed with the patient." if kind == "override" else "",
        "reauthenticated": kind == "override",
        "actor": Actor(user=bedside.physician),
        **changed,
    }
    return decisions.decide(dose=bedside.dose(1), kind=kind, assessment=assessment, at=at, **said)


def run(bedside: Bedside, verdict: Verdict, *, at: datetime, **said: object) -> Assessment:
    """Store one run of ``verdict``, as the gate does before an act."""
    outcome: Outcome = make_outcome(verdict, at=at, **said)
    return make_assessment(bedside.dose(1), outcome, at=at, used=True)


class TestContinue:
    def test_start_is_refused_when_the_assessment_is_a_second_old(self, bedside: Bedside) -> None:
        assessment = run(bedside, Verdict.CONTINUE, at=AT)
        with nothing_written(refusals.OutcomeChanged):
            start_on(bedside, assessment, at=AT + SECOND)

    def test_start_is_refused_when_a_newer_assessment_exists(self, bedside: Bedside) -> None:
        older = run(bedside, Verdict.CONTINUE, at=AT)
        run(bedside, Verdict.CONTINUE, at=AT)
        with nothing_written(refusals.OutcomeChanged):
            start_on(bedside, older, at=AT)

    def test_start_is_refused_when_evidence_arrived_after_the_assessment(self, bedside: Bedside) -> None:
        assessment = run(bedside, Verdict.CONTINUE, at=AT)
        courses.evidence_arrived(courses.locked(bedside.course.pk), AT)
        with nothing_written(refusals.OutcomeChanged):
            start_on(bedside, assessment, at=AT)

    def test_start_is_refused_when_the_assessment_was_made_before_the_evidence_was_graded(
        self, bedside: Bedside
    ) -> None:
        courses.evidence_arrived(courses.locked(bedside.course.pk), AT)
        assessment = run(bedside, Verdict.CONTINUE, at=AT)
        with nothing_written(refusals.OutcomeChanged):
            start_on(bedside, assessment, at=AT)

    def test_start_is_refused_when_evidence_was_graded_after_the_assessment(self, bedside: Bedside) -> None:
        assessment = run(bedside, Verdict.CONTINUE, at=AT)
        courses.evidence_arrived(courses.locked(bedside.course.pk), AT)
        graded(bedside.course)
        with nothing_written(refusals.OutcomeChanged):
            start_on(bedside, assessment, at=AT)

    @pytest.mark.parametrize(("lapses", "may_start"), [(timedelta(0), True), (-SECOND, False)])
    def test_continue_lasts_until_its_last_second_included(
        self, bedside: Bedside, lapses: timedelta, may_start: bool
    ) -> None:
        from dataclasses import replace

        outcome = replace(make_outcome(Verdict.CONTINUE, at=AT), valid_until=AT + lapses)
        assessment = make_assessment(bedside.dose(1), outcome, at=AT, used=True)
        if may_start:
            assert start_on(bedside, assessment, at=AT).status == "started"
            return
        with nothing_written(refusals.AssessmentExpired):
            start_on(bedside, assessment, at=AT)

    def test_start_is_refused_when_the_slot_is_held_though_the_run_says_continue(self, bedside: Bedside) -> None:
        run(bedside, Verdict.HOLD, at=AT, met=("creatinine",))
        assessment = run(bedside, Verdict.CONTINUE, at=AT + MINUTE)
        with nothing_written(refusals.DoseNeedsReview):
            start_on(bedside, assessment, at=AT + MINUTE)


class TestReview:
    def test_start_is_refused_when_no_physician_said_give(self, bedside: Bedside) -> None:
        assessment = run(bedside, Verdict.REVIEW, at=AT, met=("edema",))
        with nothing_written(refusals.DoseNeedsReview):
            start_on(bedside, assessment, at=AT)

    def test_dose_starts_on_the_give_when_a_physician_said_it_on_this_outcome(self, bedside: Bedside) -> None:
        give = decide(bedside, "give", run(bedside, Verdict.REVIEW, at=AT, met=("edema",)), at=AT)
        later = run(bedside, Verdict.REVIEW, at=AT + MINUTE, met=("edema",))

        dose = start_on(bedside, later, at=AT + MINUTE)

        assert (dose.status, dose.decision) == ("started", give)

    def test_start_is_refused_when_something_new_was_found_since_the_give(self, bedside: Bedside) -> None:
        decide(bedside, "give", run(bedside, Verdict.REVIEW, at=AT, met=("edema",)), at=AT)
        later = run(bedside, Verdict.REVIEW, at=AT + MINUTE, met=("edema", "pulse"))
        with nothing_written(refusals.DoseNeedsReview):
            start_on(bedside, later, at=AT + MINUTE)

    def test_give_stays_void_when_what_was_new_has_gone_again(self, bedside: Bedside) -> None:
        decide(bedside, "give", run(bedside, Verdict.REVIEW, at=AT, met=("edema",)), at=AT)
        run(bedside, Verdict.REVIEW, at=AT + MINUTE, met=("edema", "pulse"))
        later = run(bedside, Verdict.REVIEW, at=AT + 2 * MINUTE, met=("edema",))
        with nothing_written(refusals.DoseNeedsReview):
            start_on(bedside, later, at=AT + 2 * MINUTE)

    def test_give_stays_void_when_what_became_unknown_is_known_again(self, bedside: Bedside) -> None:
        decide(bedside, "give", run(bedside, Verdict.REVIEW, at=AT, met=("edema",)), at=AT)
        run(bedside, Verdict.UNDECIDED, at=AT + MINUTE, met=("edema",), unknown=("weight",))
        later = run(bedside, Verdict.REVIEW, at=AT + 2 * MINUTE, met=("edema",))
        with nothing_written(refusals.DoseNeedsReview):
            start_on(bedside, later, at=AT + 2 * MINUTE)

    def test_give_is_refused_when_the_verdict_is_not_review(self, bedside: Bedside) -> None:
        for verdict in (Verdict.CONTINUE, Verdict.HOLD, Verdict.UNDECIDED):
            assessment = run(bedside, verdict, at=AT)
            with nothing_written(refusals.NothingToDecide):
                decide(bedside, "give", assessment, at=AT)

    def test_give_is_refused_when_a_nurse_says_it(self, bedside: Bedside) -> None:
        assessment = run(bedside, Verdict.REVIEW, at=AT)
        with nothing_written(refusals.PhysicianNeeded):
            decide(bedside, "give", assessment, at=AT, actor=Actor(user=bedside.nurse))

    def test_give_is_refused_when_it_was_made_on_an_older_assessment(self, bedside: Bedside) -> None:
        older = run(bedside, Verdict.REVIEW, at=AT)
        run(bedside, Verdict.REVIEW, at=AT + MINUTE, met=("edema",))
        with nothing_written(refusals.OutcomeChanged):
            decide(bedside, "give", older, at=AT + MINUTE)


@pytest.mark.parametrize(
    ("verdict", "refusal"), [(Verdict.HOLD, refusals.DoseIsHeld), (Verdict.UNDECIDED, refusals.CannotDecide)]
)
class TestHoldAndCannotDecide:
    def test_start_is_refused_when_nobody_overrode(
        self, bedside: Bedside, verdict: Verdict, refusal: type[refusals.Refused]
    ) -> None:
        assessment = run(bedside, verdict, at=AT, met=("creatinine",))
        with nothing_written(refusal):
            start_on(bedside, assessment, at=AT)

    def test_dose_starts_on_the_override_until_a_second_before_an_hour_is_over(
        self, bedside: Bedside, verdict: Verdict, refusal: type[refusals.Refused]
    ) -> None:
        override = decide(bedside, "override", run(bedside, verdict, at=AT, met=("creatinine",)), at=AT)
        at = AT + 60 * MINUTE - SECOND
        assert start_on(bedside, run(bedside, verdict, at=at, met=("creatinine",)), at=at).decision == override

    def test_start_is_refused_when_the_override_is_an_hour_old(
        self, bedside: Bedside, verdict: Verdict, refusal: type[refusals.Refused]
    ) -> None:
        decide(bedside, "override", run(bedside, verdict, at=AT, met=("creatinine",)), at=AT)
        at = AT + 60 * MINUTE
        assessment = run(bedside, verdict, at=at, met=("creatinine",))
        with nothing_written(refusal):
            start_on(bedside, assessment, at=at)

    def test_start_is_refused_when_the_physician_who_overrode_starts(
        self, bedside: Bedside, verdict: Verdict, refusal: type[refusals.Refused]
    ) -> None:
        decide(bedside, "override", run(bedside, verdict, at=AT), at=AT)
        assessment = run(bedside, verdict, at=AT)
        with nothing_written(refusals.OverriddenBySamePerson):
            start_on(bedside, assessment, at=AT, by=bedside.physician)

    def test_override_is_refused_when_the_password_was_not_given_again(
        self, bedside: Bedside, verdict: Verdict, refusal: type[refusals.Refused]
    ) -> None:
        assessment = run(bedside, verdict, at=AT)
        with nothing_written(refusals.NotReauthenticated):
            decide(bedside, "override", assessment, at=AT, reauthenticated=False)

    @pytest.mark.parametrize(("code", "text"), [("", "Discussed at length."), ("corrected", "Too short ....")])
    def test_override_is_refused_when_its_reason_is_missing_or_short(
        self, bedside: Bedside, verdict: Verdict, refusal: type[refusals.Refused], code: str, text: str
    ) -> None:
        assessment = run(bedside, verdict, at=AT)
        with nothing_written(refusals.ReasonMissing):
            decide(bedside, "override", assessment, at=AT, reason_code=code, reason_text=text)

    def test_override_is_taken_when_its_reason_has_fifteen_characters(
        self, bedside: Bedside, verdict: Verdict, refusal: type[refusals.Refused]
    ) -> None:
        assert decide(bedside, "override", run(bedside, verdict, at=AT), at=AT, reason_text="x" * 15)


def test_override_is_refused_when_the_verdict_is_continue_or_review(bedside: Bedside) -> None:
    for verdict in (Verdict.CONTINUE, Verdict.REVIEW):
        assessment = run(bedside, verdict, at=AT)
        with nothing_written(refusals.NothingToDecide):
            decide(bedside, "override", assessment, at=AT)


def test_start_is_refused_when_a_hold_is_answered_with_no_more_than_a_give(bedside: Bedside) -> None:
    held = run(bedside, Verdict.HOLD, at=AT, met=("creatinine",))
    Decision.objects.create(
        dose=bedside.dose(1),
        kind="give",
        assessment=held,
        outcome_token=held.outcome_token,
        by=bedside.physician,
        at=AT,
    )
    with nothing_written(refusals.DoseIsHeld):
        start_on(bedside, held, at=AT)


def test_start_is_refused_when_the_hold_was_answered_with_give_before_it_was_one(bedside: Bedside) -> None:
    decide(bedside, "give", run(bedside, Verdict.REVIEW, at=AT, met=("edema",)), at=AT)
    assessment = run(bedside, Verdict.HOLD, at=AT, met=("edema",))
    with nothing_written(refusals.DoseIsHeld):
        start_on(bedside, assessment, at=AT)


@pytest.mark.parametrize("verdict", [Verdict.STOP_CYCLE, Verdict.STOP_PERMANENT])
def test_start_and_override_are_refused_when_the_verdict_is_a_stop(bedside: Bedside, verdict: Verdict) -> None:
    assessment = run(bedside, verdict, at=AT)
    with nothing_written(refusals.StopStands):
        start_on(bedside, assessment, at=AT)
    with nothing_written(refusals.StopStands):
        decide(bedside, "override", assessment, at=AT)


def test_dose_of_another_slot_cannot_use_the_decision_when_it_is_bound_to_one_dose(bedside: Bedside) -> None:
    decide(bedside, "give", run(bedside, Verdict.REVIEW, at=AT, met=("edema",)), at=AT)
    doses.hold(dose=bedside.dose(1), reason_code="toxicity", reason_text="", actor=Actor(user=bedside.nurse), at=AT)
    second = bedside.dose(2)
    assessment = assessed(second, Verdict.REVIEW, at=due(2), met=("edema",))

    with nothing_written(refusals.DoseNeedsReview):
        start_on(bedside, assessment, at=due(2))
