"""How does a dose end, and how is a slot closed without one?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from dosing.models import Dose
from dosing.services import cycles, doses, refusals
from dosing.services.reasons import HOLD, INTERRUPT, OMIT, REFUSE
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from tests.dosing.builders import DOSE_IU, NOW, Bedside, due, nothing_written, start_dose

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
AT = due(1) + 15 * MINUTE


def end(bedside: Bedside, **changed: object) -> Dose:
    return doses.end(**{"dose": bedside.dose(1), "actor": Actor(user=bedside.nurse), "at": AT, **changed})


def interrupt(bedside: Bedside, **changed: object) -> Dose:
    said = {"given_iu": 1_000_000, "reason_code": "hypotension", "reason_text": ""}
    return doses.interrupt(**{"dose": bedside.dose(1), "actor": Actor(user=bedside.nurse), "at": AT, **said, **changed})


class TestEnding:
    def test_whole_dose_counts_as_given_when_no_amount_is_said(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        dose = end(bedside)
        assert (dose.status, dose.given_iu, dose.ended_at, dose.recorded_at) == ("given", DOSE_IU, AT, AT)
        assert AuditEvent.objects.latest("seq").event == "dose.ended"

    def test_earlier_end_is_kept_beside_the_time_of_recording(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        dose = end(bedside, ended_at=due(1) + 14 * MINUTE, at=due(2))
        assert (dose.ended_at, dose.recorded_at) == (due(1) + 14 * MINUTE, due(2))

    def test_end_is_refused_when_less_than_the_dose_went_in(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        with nothing_written(refusals.ImpossibleAmount):
            end(bedside, given_iu=DOSE_IU - 1)

    def test_dose_becomes_a_deviation_when_more_than_it_went_in(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        assert end(bedside, given_iu=DOSE_IU + 1).deviation

    @pytest.mark.parametrize("ended_at", [AT + SECOND, due(1) - SECOND], ids=["in the future", "before its start"])
    def test_end_is_refused_when_its_time_is_impossible(self, bedside: Bedside, ended_at: object) -> None:
        start_dose(bedside, 1)
        with nothing_written(refusals.ImpossibleTime):
            end(bedside, ended_at=ended_at)

    def test_end_is_refused_when_the_dose_is_not_running(self, bedside: Bedside) -> None:
        with nothing_written(refusals.DoseNotRunning):
            end(bedside)

    def test_end_is_refused_when_it_has_ended_already(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        end(bedside)
        with nothing_written(refusals.DoseNotRunning):
            end(bedside)

    def test_end_is_refused_when_an_admin_tries(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        with nothing_written(refusals.AdminsWriteNothingClinical):
            end(bedside, actor=Actor(user=bedside.admin))


class TestInterrupting:
    @pytest.mark.parametrize("amount", [0, DOSE_IU])
    def test_amount_given_is_kept_when_the_infusion_is_stopped(self, bedside: Bedside, amount: int) -> None:
        start_dose(bedside, 1)
        dose = interrupt(bedside, given_iu=amount)
        assert (dose.status, dose.given_iu, dose.reason_code) == ("interrupted", amount, "hypotension")

    @pytest.mark.parametrize("amount", [-1, DOSE_IU + 1])
    def test_interruption_is_refused_when_the_amount_is_impossible(self, bedside: Bedside, amount: int) -> None:
        start_dose(bedside, 1)
        with nothing_written(refusals.ImpossibleAmount):
            interrupt(bedside, given_iu=amount)

    @pytest.mark.parametrize("code", [code for code in INTERRUPT if code != "other"])
    def test_interruption_needs_no_text_when_its_reason_is_coded(self, bedside: Bedside, code: str) -> None:
        start_dose(bedside, 1)
        assert interrupt(bedside, reason_code=code).reason_code == code

    @pytest.mark.parametrize(("code", "text"), [("", "ran dry"), ("other", "  "), ("toxicity", "")])
    def test_interruption_is_refused_when_its_reason_is_missing(self, bedside: Bedside, code: str, text: str) -> None:
        start_dose(bedside, 1)
        with nothing_written(refusals.ReasonMissing):
            interrupt(bedside, reason_code=code, reason_text=text)

    def test_interrupted_dose_is_not_started_again(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        interrupt(bedside)
        with pytest.raises(refusals.SlotUsed):
            start_dose(bedside, 1, at=AT + MINUTE)


CLOSING = [
    (doses.hold, "held", "toxicity", HOLD),
    (doses.refuse, "refused", "patient_wish", REFUSE),
    (doses.omit, "omitted", "away", OMIT),
]


@pytest.mark.parametrize(("close", "status", "code", "reasons"), CLOSING, ids=["hold", "refuse", "omit"])
class TestClosing:
    def act(self, bedside: Bedside, close: Callable[..., Dose], code: str, **changed: object) -> Dose:
        said = {"reason_code": code, "reason_text": "", "actor": Actor(user=bedside.nurse), "at": due(1)}
        return close(**{"dose": bedside.dose(1), **said, **changed})

    def test_slot_is_closed_with_who_and_why(
        self, bedside: Bedside, close: Callable[..., Dose], status: str, code: str, reasons: object
    ) -> None:
        dose = self.act(bedside, close, code)
        assert (dose.status, dose.reason_code, dose.closed_by, dose.closed_at) == (status, code, bedside.nurse, due(1))
        assert AuditEvent.objects.latest("seq").event == f"dose.{status}"

    def test_closing_is_refused_when_other_has_no_words(
        self, bedside: Bedside, close: Callable[..., Dose], status: str, code: str, reasons: object
    ) -> None:
        with nothing_written(refusals.ReasonMissing):
            self.act(bedside, close, "other")
        assert self.act(bedside, close, "other", reason_text="asleep").reason_text == "asleep"

    def test_closing_is_refused_when_the_window_opens_a_second_later(
        self, bedside: Bedside, close: Callable[..., Dose], status: str, code: str, reasons: object
    ) -> None:
        with nothing_written(refusals.NotYetDue):
            self.act(bedside, close, code, at=NOW - SECOND)
        assert self.act(bedside, close, code, at=NOW).status == status

    def test_closing_is_refused_when_it_is_not_the_next_slot(
        self, bedside: Bedside, close: Callable[..., Dose], status: str, code: str, reasons: object
    ) -> None:
        with nothing_written(refusals.NotTheNextDose):
            self.act(bedside, close, code, dose=bedside.dose(2), at=due(2))

    def test_closing_is_refused_when_the_slot_is_used(
        self, bedside: Bedside, close: Callable[..., Dose], status: str, code: str, reasons: object
    ) -> None:
        self.act(bedside, close, code)
        with nothing_written(refusals.SlotUsed):
            self.act(bedside, close, code)

    def test_closing_is_refused_when_an_admin_or_nobody_does_it(
        self, bedside: Bedside, close: Callable[..., Dose], status: str, code: str, reasons: object
    ) -> None:
        with nothing_written(refusals.AdminsWriteNothingClinical):
            self.act(bedside, close, code, actor=Actor(user=bedside.admin))
        with nothing_written(refusals.NotAllowed):
            self.act(bedside, close, code, actor=SYSTEM)


class TestEndingTheCycle:
    def test_planned_slots_are_omitted_when_the_cycle_ends(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        end(bedside)

        cycles.end(cycle=bedside.cycle, reason="toxicity", actor=Actor(user=bedside.physician), at=AT)

        assert bedside.dose(1).status == "given"
        rest = Dose.objects.filter(cycle=bedside.cycle, number__gt=1)
        assert {(dose.status, dose.reason_code, dose.closed_at) for dose in rest} == {("omitted", "cycle-ended", AT)}

    def test_cycle_goes_on_when_a_dose_is_running(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        with nothing_written(refusals.DoseIsRunning):
            cycles.end(cycle=bedside.cycle, reason="toxicity", actor=Actor(user=bedside.physician), at=AT)

    def test_cycle_goes_on_when_a_nurse_wants_to_end_it(self, bedside: Bedside) -> None:
        with nothing_written(refusals.PhysicianNeeded):
            cycles.end(cycle=bedside.cycle, reason="toxicity", actor=Actor(user=bedside.nurse), at=AT)

    def test_cycle_cannot_end_twice_nor_for_an_unknown_reason(self, bedside: Bedside) -> None:
        by = Actor(user=bedside.physician)
        with nothing_written(refusals.Invalid):
            cycles.end(cycle=bedside.cycle, reason="tired", actor=by, at=AT)
        cycles.end(cycle=bedside.cycle, reason="toxicity", actor=by, at=AT)
        with nothing_written(refusals.CycleNotActive):
            cycles.end(cycle=bedside.cycle, reason="toxicity", actor=by, at=AT)
