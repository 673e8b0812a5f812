"""When may a course be opened, and what does it hold to?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.models import Course, Cycle, Patient
from dosing.services import courses, placements, refusals
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from tests.dosing.builders import (
    NOW,
    Bedside,
    adopted_rules,
    graded,
    make_bed,
    make_bedside,
    make_nurse,
    make_patient,
    make_physician,
    make_site,
    make_ward,
    nothing_written,
    start_dose,
)

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def admitted(db: None) -> tuple[Patient, User]:
    """A patient in a bed, and a physician of the ward."""
    ward = make_ward(make_site())
    patient = make_patient(ward.site)
    placements.place(patient=patient, bed=make_bed(ward), actor=SYSTEM, at=NOW)
    return patient, make_physician(ward)


def open_course(patient: Patient, by: User, **changed: object) -> Course:
    said = {**adopted_rules(), "target_sbp": 90, "actor": Actor(user=by), "at": NOW}
    return courses.open_course(patient=patient, **{**said, **changed})


def sign(patient: Patient, by: User) -> None:
    from dosing.services import signoffs

    signoffs.sign(
        site=patient.site, rule_file=adopted_rules()["protocol"], statement="Read.", actor=Actor(user=by), at=NOW
    )


class TestOpening:
    def test_course_is_numbered_pinned_and_being_assessed(self, admitted: tuple[Patient, User]) -> None:
        sign(*admitted)
        course = open_course(*admitted)
        assert (course.number, course.status, course.opened_by) == (1, "planned", admitted[1])
        assert course.protocol.key == "consensus_2014"
        assert course.is_being_assessed
        assert AuditEvent.objects.latest("seq").event == "course.opened"

    def test_course_is_refused_when_no_physician_signed_the_protocol(self, admitted: tuple[Patient, User]) -> None:
        adopted_rules()
        with nothing_written(refusals.ProtocolNotSigned):
            open_course(*admitted)

    def test_course_is_refused_when_one_is_open(self, bedside: Bedside) -> None:
        with nothing_written(refusals.CourseIsOpen):
            open_course(bedside.patient, bedside.physician)

    def test_course_is_refused_when_a_nurse_opens_it(self, bedside: Bedside) -> None:
        with nothing_written(refusals.PhysicianNeeded):
            open_course(bedside.patient, bedside.nurse)

    def test_course_is_refused_when_the_patient_lies_in_no_bed(self, bedside: Bedside) -> None:
        courses.end_course(course=bedside.course, reason="completed", actor=Actor(user=bedside.physician), at=NOW)
        placements.discharge(patient=bedside.patient, actor=SYSTEM, at=NOW)
        with nothing_written(refusals.NotOnTheWard):
            open_course(bedside.patient, bedside.physician)

    def test_course_is_refused_when_a_file_of_another_kind_is_pinned(self, bedside: Bedside) -> None:
        courses.end_course(course=bedside.course, reason="completed", actor=Actor(user=bedside.physician), at=NOW)
        with nothing_written(refusals.WrongKindOfRules):
            open_course(bedside.patient, bedside.physician, regimen=bedside.course.protocol)

    @pytest.mark.parametrize(("target", "possible"), [(59, False), (60, True), (140, True), (141, False), (None, True)])
    def test_target_is_sixty_to_140_or_not_written_yet(
        self, admitted: tuple[Patient, User], target: int | None, possible: bool
    ) -> None:
        sign(*admitted)
        if possible:
            assert open_course(*admitted, target_sbp=target).target_sbp == target
            return
        with nothing_written(refusals.ImpossibleTarget):
            open_course(*admitted, target_sbp=target)

    def test_second_course_is_number_two_when_the_first_has_ended(self, bedside: Bedside) -> None:
        courses.end_course(course=bedside.course, reason="completed", actor=Actor(user=bedside.physician), at=NOW)
        assert open_course(bedside.patient, bedside.physician, at=LATER).number == 2


class TestEvidence:
    def test_course_is_being_assessed_until_what_arrived_is_graded(self, bedside: Bedside) -> None:
        course = courses.locked(bedside.course.pk)
        seq = courses.evidence_arrived(course, LATER)
        assert Course.objects.get(pk=course.pk).is_being_assessed
        assert course.evidence_at == LATER
        courses.evidence_assessed(course, seq)
        assert not Course.objects.get(pk=course.pk).is_being_assessed

    def test_assessed_never_goes_back_nor_beyond_the_evidence(self, bedside: Bedside) -> None:
        course = courses.locked(bedside.course.pk)
        before = course.assessed_seq
        courses.evidence_assessed(course, before - 1)
        assert course.assessed_seq == before
        courses.evidence_assessed(course, course.evidence_seq + 9)
        assert course.assessed_seq == course.evidence_seq


class TestTarget:
    def test_target_is_evidence_when_a_physician_changes_it(self, bedside: Bedside) -> None:
        course = courses.set_target(course=bedside.course, target_sbp=85, actor=Actor(user=bedside.physician), at=LATER)
        assert course.target_sbp == 85
        assert course.is_being_assessed

    def test_target_stays_when_a_nurse_changes_it(self, bedside: Bedside) -> None:
        with nothing_written(refusals.PhysicianNeeded):
            courses.set_target(course=bedside.course, target_sbp=85, actor=Actor(user=bedside.nurse), at=LATER)

    def test_target_stays_when_the_course_has_ended(self, bedside: Bedside) -> None:
        by = Actor(user=bedside.physician)
        courses.end_course(course=bedside.course, reason="completed", actor=by, at=NOW)
        with nothing_written(refusals.CourseEnded):
            courses.set_target(course=bedside.course, target_sbp=85, actor=by, at=LATER)


class TestEnding:
    def test_cycle_ends_with_its_course(self, bedside: Bedside) -> None:
        course = courses.end_course(course=bedside.course, reason="died", actor=Actor(user=bedside.physician), at=LATER)
        assert (course.status, course.end_reason, course.ended_at) == ("ended", "died", LATER)
        assert Cycle.objects.get(pk=bedside.cycle.pk).status == "ended"

    def test_course_goes_on_when_a_dose_is_running(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        with nothing_written(refusals.DoseIsRunning):
            courses.end_course(course=bedside.course, reason="died", actor=Actor(user=bedside.physician), at=LATER)

    def test_course_goes_on_when_a_nurse_or_an_unknown_reason_would_end_it(self, bedside: Bedside) -> None:
        with nothing_written(refusals.PhysicianNeeded):
            courses.end_course(course=bedside.course, reason="died", actor=Actor(user=bedside.nurse), at=LATER)
        with nothing_written(refusals.Invalid):
            courses.end_course(course=bedside.course, reason="tired", actor=Actor(user=bedside.physician), at=LATER)


class TestPlaces:
    def test_patient_moves_to_another_ward_and_both_wards_hear_of_it(self, bedside: Bedside) -> None:
        from il2ward.live.models import WardSequence

        other = make_bed(make_ward(bedside.site, "elsewhere"))
        before = WardSequence.objects.get(ward=bedside.ward).number
        placed = placements.move(patient=bedside.patient, bed=other, actor=Actor(user=bedside.nurse), at=LATER)
        assert placed.ward == other.ward
        assert WardSequence.objects.get(ward=bedside.ward).number == before + 1
        assert WardSequence.objects.get(ward=other.ward).number == 1

    def test_only_staff_of_the_new_ward_write_when_the_patient_has_moved(self, bedside: Bedside) -> None:
        other = make_ward(bedside.site, "elsewhere")
        placements.move(patient=bedside.patient, bed=make_bed(other), actor=SYSTEM, at=NOW)
        graded(bedside.course)
        with pytest.raises(refusals.NotOfThisWard):
            start_dose(bedside, 1)

    def test_bed_is_refused_when_another_patient_lies_in_it(self, bedside: Bedside) -> None:
        other = make_bedside(site=bedside.site)
        with nothing_written(refusals.BedTaken):
            placements.move(patient=bedside.patient, bed=other.bed, actor=SYSTEM, at=LATER)

    def test_second_bed_is_refused_when_the_patient_lies_in_one(self, bedside: Bedside) -> None:
        with nothing_written(refusals.BedTaken):
            placements.place(patient=bedside.patient, bed=make_bed(bedside.ward), actor=SYSTEM, at=LATER)

    def test_bed_of_another_hospital_is_refused(self, bedside: Bedside) -> None:
        other = make_bedside()
        with nothing_written(refusals.Invalid):
            placements.move(patient=bedside.patient, bed=other.bed, actor=SYSTEM, at=LATER)

    def test_leaving_is_refused_when_the_patient_lies_nowhere_or_came_only_now(self, bedside: Bedside) -> None:
        came = NOW - timedelta(hours=12)
        with nothing_written(refusals.ImpossibleTime):
            placements.discharge(patient=bedside.patient, actor=SYSTEM, at=came)
        placements.discharge(patient=bedside.patient, actor=SYSTEM, at=NOW)
        with nothing_written(refusals.NotOnTheWard):
            placements.discharge(patient=bedside.patient, actor=SYSTEM, at=LATER)

    def test_place_is_refused_when_an_admin_or_another_hospital_writes_it(self, bedside: Bedside) -> None:
        with nothing_written(refusals.AdminsWriteNothingClinical):
            placements.discharge(patient=bedside.patient, actor=Actor(user=bedside.admin), at=LATER)
        stranger = make_nurse(make_ward(make_site()))
        with nothing_written(refusals.NotAllowed):
            placements.discharge(patient=bedside.patient, actor=Actor(user=stranger), at=LATER)
