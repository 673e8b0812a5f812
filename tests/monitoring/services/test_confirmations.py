"""Does a clinician's word on a grade reach the gate, and only from those who may say it?"""

from __future__ import annotations

import pytest

from dosing.services.refusals import AdminsWriteNothingClinical, NotOfThisWard, PhysicianNeeded, ReasonMissing
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from monitoring.models import GradeConfirmation, ToxicityGrade
from monitoring.services import confirmations
from monitoring.services.confirmations import GradeNoLongerStands, GradeNotOffered, NothingToConfirm, NumberProvesIt
from monitoring.services.observations import NewObservation
from tests.dosing.builders import NOW, Bedside, make_nurse, make_ward
from tests.monitoring.charting import MINUTE, chart_all_fine, creatinine, open_alerts, present, record, value, work

LATER = NOW + 2 * MINUTE
WHY = "Weaned at the bedside, was never needed."


def on_a_pressor(bedside: Bedside) -> ToxicityGrade:
    """All fine but a vasopressor: hypotension grade 3, proposed."""
    chart_all_fine(bedside, at=NOW)
    record(bedside, [value("phenylephrine_rate", "0.4", "ug/kg/min", at=NOW + MINUTE)], at=NOW + MINUTE)
    work(bedside, at=NOW + MINUTE)
    return ToxicityGrade.objects.get(term="hypotension", observation__observable="phenylephrine_rate")


def confirm(row: ToxicityGrade, user: User, grade: int, reason: str = "", minutes: int = 2) -> GradeConfirmation:
    return confirmations.confirm(
        grade_id=row.pk, confirmed_grade=grade, reason=reason, actor=Actor(user=user), at=NOW + minutes * MINUTE
    )


def gate_of(bedside: Bedside) -> dict[str, str]:
    """The state of the gate's criterion on hypotension, and the verdict."""
    outcome = present(bedside).outcome
    found = next(one for one in outcome["results"] if one["id"] == "ctcae_hypotension")
    return {"state": found["state"], "verdict": present(bedside).verdict}


def test_nurse_confirms_what_is_proposed(bedside: Bedside) -> None:
    row = on_a_pressor(bedside)

    said = confirm(row, bedside.nurse, 3)

    assert (said.confirmed_grade, said.by) == (3, bedside.nurse)
    assert gate_of(bedside)["state"] == "met"
    assert "(proposed)" not in open_alerts(bedside)["ctcae-hypotension"].text
    event = AuditEvent.objects.get(event="grade.confirmed")
    assert event.actor == bedside.nurse


def test_worse_grade_stops_the_cycle_at_once_and_raises_the_alert(bedside: Bedside) -> None:
    row = on_a_pressor(bedside)

    confirm(row, bedside.nurse, 4, "shock, lactate rising")

    assert gate_of(bedside) == {"state": "met", "verdict": "STOP_CYCLE"}
    assert open_alerts(bedside)["ctcae-hypotension"].severity == "high"


def test_physician_s_better_grade_no_longer_meets_the_gate_s_criterion(bedside: Bedside) -> None:
    row = on_a_pressor(bedside)
    assert gate_of(bedside)["state"] == "met"

    confirm(row, bedside.physician, 2, WHY)

    assert gate_of(bedside)["state"] == "not_met"
    assert open_alerts(bedside)["ctcae-hypotension"].condition_gone_at == LATER


def test_nurse_may_not_find_it_better(bedside: Bedside) -> None:
    row = on_a_pressor(bedside)

    with pytest.raises(PhysicianNeeded):
        confirm(row, bedside.nurse, 2, WHY)

    assert not GradeConfirmation.objects.exists()
    assert gate_of(bedside)["state"] == "met"


def test_nurse_may_not_take_back_a_worse_grade(bedside: Bedside) -> None:
    row = on_a_pressor(bedside)
    confirm(row, bedside.physician, 4, "shock, lactate rising")

    with pytest.raises(PhysicianNeeded):
        confirm(row, bedside.nurse, 3, "it looks better to me now", minutes=3)


@pytest.mark.parametrize(("grade", "reason"), [(4, ""), (4, "  "), (2, ""), (2, "fourteen chars"), (4, "x" * 201)])
def test_another_grade_needs_a_reason(bedside: Bedside, grade: int, reason: str) -> None:
    row = on_a_pressor(bedside)

    with pytest.raises(ReasonMissing):
        confirm(row, bedside.physician, grade, reason)

    assert not GradeConfirmation.objects.exists()


@pytest.mark.parametrize("grade", [5, 6])
def test_grade_that_the_version_does_not_have_is_refused(bedside: Bedside, grade: int) -> None:
    record(bedside, [creatinine("1.5", at=NOW)], at=NOW)
    work(bedside, at=NOW)

    with pytest.raises(GradeNotOffered):
        confirm(ToxicityGrade.objects.get(term="creatinine_increased"), bedside.physician, grade, WHY)


def test_what_a_number_proves_can_be_found_worse_and_not_better(bedside: Bedside) -> None:
    record(bedside, [creatinine("4.0", at=NOW)], at=NOW)
    work(bedside, at=NOW)
    row = ToxicityGrade.objects.get(term="creatinine_increased")

    with pytest.raises(NumberProvesIt):
        confirm(row, bedside.physician, 2, WHY)
    assert confirm(row, bedside.nurse, 4, "on dialysis").confirmed_grade == 4


def test_same_word_twice_is_kept_once(bedside: Bedside) -> None:
    row = on_a_pressor(bedside)

    assert confirm(row, bedside.nurse, 3).pk == confirm(row, bedside.nurse, 3, minutes=5).pk
    assert AuditEvent.objects.filter(event="grade.confirmed").count() == 1
    assert confirm(row, bedside.physician, 3, minutes=6).by == bedside.physician


def test_grade_of_a_corrected_value_cannot_be_confirmed(bedside: Bedside) -> None:
    row = on_a_pressor(bedside)
    correction = NewObservation(
        observable="phenylephrine_rate", value="0", unit="ug/kg/min", observed_at=NOW + MINUTE,
        replaces=row.observation_id, status="corrected", reason="wrong bed",
    )  # fmt: skip
    record(bedside, [correction], at=LATER)
    work(bedside, at=LATER)

    with pytest.raises(GradeNoLongerStands):
        confirm(row, bedside.nurse, 3, minutes=3)


def test_what_could_not_be_graded_cannot_be_confirmed(bedside: Bedside) -> None:
    record(bedside, [value("creatinine", "1.0", "mg/dL", at=NOW, origin="laboratory")], at=NOW)
    work(bedside, at=NOW)

    with pytest.raises(NothingToConfirm):
        confirm(ToxicityGrade.objects.get(term="creatinine_increased"), bedside.physician, 1, WHY)


def test_word_does_not_outlive_the_value_it_was_said_of(bedside: Bedside) -> None:
    row = on_a_pressor(bedside)
    confirm(row, bedside.physician, 2, WHY)
    record(bedside, [value("phenylephrine_rate", "0.6", "ug/kg/min", at=NOW + 5 * MINUTE)], at=NOW + 5 * MINUTE)
    work(bedside, at=NOW + 5 * MINUTE)

    assert gate_of(bedside)["state"] == "met"


def test_admin_and_stranger_have_no_word(bedside: Bedside) -> None:
    row = on_a_pressor(bedside)

    with pytest.raises(AdminsWriteNothingClinical):
        confirm(row, bedside.admin, 3)
    with pytest.raises(NotOfThisWard):
        confirm(row, make_nurse(make_ward(bedside.site, "elsewhere")), 3)
