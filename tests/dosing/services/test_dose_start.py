"""Which people, which patient, which slot: when may a dose start, the verdict being CONTINUE?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from dosing.domain.verdict import Verdict
from dosing.models import CycleCheck, Dose
from dosing.services import cycles, doses, placements, refusals
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from il2ward.live.models import WardSequence
from il2ward.staff.models import Role, User, WardMembership
from il2ward.staff.services import accounts
from tests.dosing.builders import (
    DOSE_IU,
    NOW,
    Bedside,
    assessed,
    due,
    give_dose,
    make_bedside,
    make_nurse,
    make_ward,
    nothing_written,
    start_dose,
)


def start(bedside: Bedside, number: int = 1, **changed: object) -> Dose:
    """Start a dose on a CONTINUE at its due time, with what is ``changed`` from the usual."""
    at = changed.get("at", due(number))
    dose = bedside.dose(number)
    given = {
        "dose": dose,
        "assessment": changed.get("assessment") or assessed(dose, Verdict.CONTINUE, at=at),
        "checker": bedside.nurse2,
        "identity_kind": "typed",
        "identity_typed": bedside.patient.mrn,
        "actor": Actor(user=bedside.nurse),
        "at": at,
        **changed,
    }
    return doses.start(**given)


def refused(bedside: Bedside, refusal: type[refusals.Refused], number: int = 1, **changed: object) -> None:
    """Expect the start to be refused, with nothing written by it; the assessment was made before."""
    at = changed.get("at", due(number))
    assessment = assessed(bedside.dose(number), Verdict.CONTINUE, at=at)
    with nothing_written(refusal):
        start(bedside, number, **{"assessment": assessment, **changed})


class TestStarting:
    def test_dose_runs_with_who_when_and_on_what_when_everything_is_in_order(self, bedside: Bedside) -> None:
        dose = start(bedside)

        assert (dose.status, dose.started_at, dose.dose_iu) == ("started", due(1), DOSE_IU)
        assert (dose.started_by, dose.checked_by, dose.identity_check) == (bedside.nurse, bedside.nurse2, "typed")
        assert dose.assessment is not None
        assert dose.decision is None
        assert not dose.deviation

    def test_one_event_and_one_step_of_the_ward_are_left_when_a_dose_starts(self, bedside: Bedside) -> None:
        assessment = assessed(bedside.dose(1), Verdict.CONTINUE, at=due(1))
        events, number = AuditEvent.objects.count(), WardSequence.objects.get(ward=bedside.ward).number

        start(bedside, assessment=assessment)

        assert AuditEvent.objects.count() == events + 1
        assert AuditEvent.objects.latest("seq").event == "dose.started"
        assert AuditEvent.objects.latest("seq").actor == bedside.nurse
        assert WardSequence.objects.get(ward=bedside.ward).number == number + 1

    def test_wristband_scan_counts_when_it_reads_the_record_number(self, bedside: Bedside) -> None:
        assert start(bedside, identity_kind="wristband").identity_check == "wristband"

    def test_physician_may_start_when_a_nurse_checks(self, bedside: Bedside) -> None:
        assert start(bedside, actor=Actor(user=bedside.physician)).started_by == bedside.physician


class TestWho:
    def test_start_is_refused_when_an_admin_tries(self, bedside: Bedside) -> None:
        refused(bedside, refusals.AdminsWriteNothingClinical, actor=Actor(user=bedside.admin))

    def test_start_is_refused_when_nobody_is_named(self, bedside: Bedside) -> None:
        refused(bedside, refusals.NotAllowed, actor=SYSTEM)

    def test_start_is_refused_when_the_nurse_is_of_another_ward(self, bedside: Bedside) -> None:
        stranger = make_nurse(make_ward(bedside.site, "elsewhere"))
        refused(bedside, refusals.NotOfThisWard, actor=Actor(user=stranger))

    def test_start_is_refused_when_the_nurse_left_the_ward_at_that_instant(self, bedside: Bedside) -> None:
        WardMembership.objects.filter(user=bedside.nurse).update(until_at=due(1))
        refused(bedside, refusals.NotOfThisWard)

    def test_dose_starts_when_the_nurse_leaves_the_ward_a_second_later(self, bedside: Bedside) -> None:
        WardMembership.objects.filter(user=bedside.nurse).update(until_at=due(1) + timedelta(seconds=1))
        assert start(bedside).status == "started"

    def test_start_is_refused_when_the_account_is_inactive(self, bedside: Bedside) -> None:
        bedside.nurse.is_active = False
        refused(bedside, refusals.NotAllowed)

    def test_start_is_refused_when_starter_and_checker_are_the_same(self, bedside: Bedside) -> None:
        refused(bedside, refusals.CheckedBySamePerson, checker=User.objects.get(pk=bedside.nurse.pk))

    @pytest.mark.parametrize("who", ["admin", "stranger", "inactive"])
    def test_start_is_refused_when_the_checker_may_not_check(self, bedside: Bedside, who: str) -> None:
        checkers: dict[str, User] = {
            "admin": bedside.admin,
            "stranger": make_nurse(make_ward(bedside.site, "elsewhere")),
            "inactive": make_nurse(bedside.ward),
        }
        checkers["inactive"].is_active = False
        refused(bedside, refusals.CheckerNotAllowed, checker=checkers[who])


class TestWhichPatient:
    @pytest.mark.parametrize("typed", ["", "MRN", "mrn-wrong"])
    def test_start_is_refused_when_the_record_number_is_not_the_patients(self, bedside: Bedside, typed: str) -> None:
        refused(bedside, refusals.WrongPatient, identity_typed=typed)

    def test_start_is_refused_when_another_patients_wristband_is_scanned(self, bedside: Bedside) -> None:
        other = make_bedside(site=bedside.site)
        refused(bedside, refusals.WrongPatient, identity_kind="wristband", identity_typed=other.patient.mrn)

    def test_dose_starts_when_blanks_surround_the_record_number(self, bedside: Bedside) -> None:
        assert start(bedside, identity_typed=f" {bedside.patient.mrn} ").status == "started"

    def test_start_is_refused_when_identity_was_not_checked_in_a_known_way(self, bedside: Bedside) -> None:
        refused(bedside, refusals.Invalid, identity_kind="face")

    def test_start_is_refused_when_the_patient_has_left_the_ward(self, bedside: Bedside) -> None:
        placements.discharge(patient=bedside.patient, actor=SYSTEM, at=NOW + timedelta(minutes=1))
        refused(bedside, refusals.NotOnTheWard)


class TestWhichSlot:
    def test_start_is_refused_when_it_is_not_the_next_slot(self, bedside: Bedside) -> None:
        refused(bedside, refusals.NotTheNextDose, 2)

    def test_start_is_refused_when_the_slot_was_used(self, bedside: Bedside) -> None:
        give_dose(bedside, 1)
        refused(bedside, refusals.SlotUsed, 1, at=due(1) + timedelta(minutes=30))

    def test_start_is_refused_when_the_slot_was_held(self, bedside: Bedside) -> None:
        doses.hold(
            dose=bedside.dose(1), reason_code="toxicity", reason_text="", actor=Actor(user=bedside.nurse), at=due(1)
        )
        refused(bedside, refusals.SlotUsed)

    def test_start_is_refused_when_another_dose_is_running(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        refused(bedside, refusals.DoseIsRunning, 2)

    def test_next_slot_starts_when_the_one_before_was_held(self, bedside: Bedside) -> None:
        doses.hold(
            dose=bedside.dose(1), reason_code="toxicity", reason_text="", actor=Actor(user=bedside.nurse), at=due(1)
        )
        assert start_dose(bedside, 2).status == "started"


class TestWhichCycle:
    def test_start_is_refused_when_the_cycle_has_ended(self, bedside: Bedside) -> None:
        cycles.end(cycle=bedside.cycle, reason="physician", actor=Actor(user=bedside.physician), at=NOW)
        refused(bedside, refusals.SlotUsed)

    def test_start_is_refused_when_one_start_check_is_unsigned(
        self, bedside: Bedside, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # A signed check cannot be deleted, so one more is asked for than was signed.
        monkeypatch.setattr(CycleCheck, "ITEMS", (*CycleCheck.ITEMS, "one_more"))
        refused(bedside, refusals.StartChecksUnsigned)

    def test_dose_starts_when_the_physician_who_signed_the_checks_has_become_an_admin(self, bedside: Bedside) -> None:
        accounts.change_role(user=bedside.physician, role=Role.ADMIN, actor=SYSTEM, at=NOW)
        assert start(bedside).status == "started"

    def test_start_is_refused_when_the_protocol_is_not_signed_off_at_this_site(self, bedside: Bedside) -> None:
        other = make_bedside(protocol="springerplus_2015")
        type(bedside.course).objects.filter(pk=bedside.course.pk).update(protocol=other.course.protocol)
        refused(bedside, refusals.ProtocolNotSigned)

    def test_start_is_refused_when_the_signoff_was_for_demonstration_and_this_is_production(
        self, db: None, settings: Settings
    ) -> None:
        demonstrated = make_bedside(demonstration=True)
        settings.IL2WARD_MODE = "production"
        refused(demonstrated, refusals.ProtocolNotSigned)

    def test_dose_starts_when_the_signoff_was_for_demonstration_and_this_is_one(self, db: None) -> None:
        assert start(make_bedside(demonstration=True)).status == "started"

    def test_dose_starts_when_the_signoff_is_real_and_this_is_production(
        self, bedside: Bedside, settings: Settings
    ) -> None:
        settings.IL2WARD_MODE = "production"
        assert start(bedside).status == "started"
