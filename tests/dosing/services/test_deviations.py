"""Can a dose that was in fact given always be recorded, and does it count?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.domain.verdict import Verdict
from dosing.models import Dose
from dosing.selectors.counts import given_in_course, given_in_cycle
from dosing.services import cycles, doses, placements, refusals
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from tests.dosing.builders import (
    DOSE_IU,
    FIRST_DUE,
    NOW,
    Bedside,
    due,
    give_dose,
    make_assessment,
    make_outcome,
    nothing_written,
    start_dose,
)

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
AT = due(1) + timedelta(hours=1)


def deviate(bedside: Bedside, number: int = 1, **changed: object) -> Dose:
    said = {
        "dose": bedside.dose(number),
        "given_iu": DOSE_IU,
        "started_at": due(1),
        "ended_at": due(1) + 15 * MINUTE,
        "reason_text": "Given before the order was read.",
        "actor": Actor(user=bedside.nurse),
        "at": AT,
        **changed,
    }
    return doses.record_given_deviation(**said)


def test_dose_is_counted_and_marked_when_it_was_given_outside_the_gate(bedside: Bedside) -> None:
    dose = deviate(bedside)

    assert (dose.status, dose.deviation, dose.given_iu) == ("given", True, DOSE_IU)
    assert (dose.started_at, dose.recorded_at, dose.started_by) == (due(1), AT, bedside.nurse)
    assert given_in_cycle(bedside.cycle) == given_in_course(bedside.course.pk) == 1
    assert AuditEvent.objects.latest("seq").event == "dose.deviation"


def test_dose_is_recorded_when_a_stop_stands(bedside: Bedside) -> None:
    stop = make_outcome(Verdict.STOP_PERMANENT, at=due(1), met=("bowel",), latches=Verdict.STOP_PERMANENT)
    make_assessment(bedside.dose(1), stop, at=due(1))
    assert deviate(bedside).deviation


@pytest.mark.parametrize("close", [doses.hold, doses.refuse, doses.omit], ids=["held", "refused", "omitted"])
def test_dose_is_recorded_when_its_slot_was_closed(bedside: Bedside, close: object) -> None:
    close(dose=bedside.dose(1), reason_code="other", reason_text="so", actor=Actor(user=bedside.nurse), at=due(1))  # type: ignore[operator]
    assert deviate(bedside).status == "given"


def test_dose_is_recorded_when_the_cycle_has_ended_and_the_patient_has_left(bedside: Bedside) -> None:
    cycles.end(cycle=bedside.cycle, reason="discharged", actor=Actor(user=bedside.physician), at=AT)
    placements.discharge(patient=bedside.patient, actor=SYSTEM, at=AT)
    assert deviate(bedside, at=AT + MINUTE).status == "given"


def test_who_gave_it_is_kept_when_another_person_records_it(bedside: Bedside) -> None:
    dose = deviate(bedside, given_by=bedside.nurse2)
    assert (dose.started_by, dose.closed_by) == (bedside.nurse2, bedside.nurse)


def test_earlier_slots_are_not_made_up_when_a_later_one_was_given(bedside: Bedside) -> None:
    deviate(bedside, 3, started_at=due(3), ended_at=due(3), at=due(3) + MINUTE)
    with pytest.raises(refusals.NotTheNextDose):
        start_dose(bedside, 2, at=due(2))


class TestUsedSlot:
    def test_second_record_is_refused_when_the_slot_is_used(self, bedside: Bedside) -> None:
        give_dose(bedside, 1)
        with nothing_written(refusals.SlotUsed):
            deviate(bedside)

    def test_additional_dose_takes_the_next_free_slot(self, bedside: Bedside) -> None:
        give_dose(bedside, 1)
        assert deviate(bedside, additional=True).number == 2

    def test_additional_dose_takes_number_15_when_all_slots_are_used(self, bedside: Bedside) -> None:
        use_all(bedside)
        dose = deviate(bedside, 14, additional=True, started_at=due(14), ended_at=due(14), at=due(14))
        assert (dose.number, dose.deviation) == (15, True)
        assert given_in_cycle(bedside.cycle) == 15

    def test_additional_dose_is_refused_in_words_when_number_15_is_used_too(self, bedside: Bedside) -> None:
        use_all(bedside)
        deviate(bedside, 14, additional=True, started_at=due(14), ended_at=due(14), at=due(14))
        with nothing_written(refusals.SlotsUsedUp):
            deviate(bedside, 14, additional=True, started_at=due(14), ended_at=due(14), at=due(14))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"reason_text": "  "}, refusals.ReasonMissing),
        ({"given_iu": 0}, refusals.ImpossibleAmount),
        ({"ended_at": AT + SECOND}, refusals.ImpossibleTime),
        ({"started_at": AT + SECOND, "ended_at": AT + MINUTE}, refusals.ImpossibleTime),
        ({"ended_at": due(1) - SECOND}, refusals.ImpossibleTime),
        ({"started_at": NOW - SECOND}, refusals.ImpossibleTime),
    ],
    ids=["no reason", "no amount", "ends in the future", "starts in the future", "ends before it starts", "too early"],
)
def test_record_is_refused_when_it_makes_no_sense(
    bedside: Bedside, changed: dict[str, object], refusal: type[refusals.Refused]
) -> None:
    with nothing_written(refusal):
        deviate(bedside, **changed)


@pytest.mark.parametrize(
    "changed",
    [{"given_iu": 1}, {"ended_at": AT}, {"ended_at": due(1)}, {"started_at": NOW}, {"given_iu": 2 * DOSE_IU}],
    ids=["one unit", "ends now", "ends as it starts", "as the window opens", "twice the dose"],
)
def test_record_is_taken_when_it_is_just_possible(bedside: Bedside, changed: dict[str, object]) -> None:
    assert deviate(bedside, **changed).deviation


@pytest.mark.parametrize("who", ["admin", "system"])
def test_record_is_refused_when_no_clinician_makes_it(bedside: Bedside, who: str) -> None:
    with nothing_written(refusals.AdminsWriteNothingClinical if who == "admin" else refusals.NotAllowed):
        deviate(bedside, actor=Actor(user=bedside.admin) if who == "admin" else SYSTEM)


def use_all(bedside: Bedside) -> None:
    """Let all 14 slots count as given."""
    Dose.objects.filter(cycle=bedside.cycle).update(
        status="given", started_at=FIRST_DUE, ended_at=FIRST_DUE, given_iu=1, deviation=True, started_by=bedside.nurse
    )
