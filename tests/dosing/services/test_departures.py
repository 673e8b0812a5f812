"""What becomes of bed and cycle when a patient leaves, and who may say so?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.models import Cycle, Dose, Placement
from dosing.services import departures, refusals
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from tests.dosing.builders import FIRST_DUE, Bedside, make_bed, make_nurse, make_ward, nothing_written, start_dose

LATER = FIRST_DUE + timedelta(minutes=5)


def leave(bedside: Bedside, by: User, **changed: str) -> Cycle | None:
    said = {"destination": "intensive_care", "reason": "Falling pressure on two drugs", **changed}
    return departures.leave(patient=bedside.patient, actor=Actor(user=by), at=LATER, **said)


def test_physician_s_transfer_to_intensive_care_empties_the_bed_and_ends_the_cycle(bedside: Bedside) -> None:
    assert leave(bedside, bedside.physician) is None

    cycle = Cycle.objects.get()
    assert (cycle.status, cycle.end_reason) == ("ended", "intensive_care")
    assert Placement.objects.get().until_at == LATER
    assert not Dose.objects.filter(status="planned").exists()
    said = AuditEvent.objects.get(event="patient.discharged").body
    assert "intensive_care" in said
    assert "Falling pressure" in said


def test_nurse_s_transfer_empties_the_bed_and_names_the_cycle_that_waits_for_a_physician(bedside: Bedside) -> None:
    assert leave(bedside, bedside.nurse) == bedside.cycle

    assert Placement.objects.get().until_at == LATER
    assert Cycle.objects.get().status == "active"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [({"destination": "moon"}, refusals.Invalid), ({"reason": "  "}, refusals.ReasonMissing)],
    ids=["nowhere", "no reason"],
)
def test_leaving_is_refused_when_it_does_not_say_where_to_or_why(
    bedside: Bedside, changed: dict[str, str], refusal: type[refusals.Refused]
) -> None:
    with nothing_written(refusal):
        leave(bedside, bedside.physician, **changed)


def test_nobody_leaves_or_changes_ward_while_a_dose_runs(bedside: Bedside) -> None:
    start_dose(bedside, 1)
    elsewhere = make_bed(make_ward(bedside.site, "7-west"))

    with nothing_written(refusals.DoseIsRunning):
        leave(bedside, bedside.physician)
    with nothing_written(refusals.DoseIsRunning):
        departures.move(
            patient=bedside.patient, bed=elsewhere, reason="Isolation", actor=Actor(user=bedside.nurse), at=LATER
        )


def test_bed_of_the_same_ward_can_be_changed_while_a_dose_runs_and_needs_no_reason(bedside: Bedside) -> None:
    start_dose(bedside, 1)
    other = make_bed(bedside.ward)

    placement = departures.move(
        patient=bedside.patient, bed=other, reason="", actor=Actor(user=bedside.nurse), at=LATER
    )

    assert (placement.bed, placement.from_at) == (other, LATER)


def test_another_ward_needs_a_reason(bedside: Bedside) -> None:
    elsewhere = make_bed(make_ward(bedside.site, "7-west"))

    with nothing_written(refusals.ReasonMissing):
        departures.move(patient=bedside.patient, bed=elsewhere, reason=" ", actor=Actor(user=bedside.nurse), at=LATER)
    departures.move(
        patient=bedside.patient, bed=elsewhere, reason="Isolation", actor=Actor(user=bedside.nurse), at=LATER
    )

    assert Placement.objects.get(until_at=None).ward == elsewhere.ward


def test_nobody_of_another_ward_moves_or_discharges(bedside: Bedside) -> None:
    stranger = make_nurse(make_ward(bedside.site, "7-west"))
    with nothing_written(refusals.NotOfThisWard):
        leave(bedside, stranger)
    with nothing_written(refusals.AdminsWriteNothingClinical):
        leave(bedside, bedside.admin)
