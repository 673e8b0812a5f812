"""Does the database itself refuse nonsense, also when it is written past the services?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, models, transaction

from dosing.domain.verdict import Verdict
from dosing.models import Assessment, Course, Cycle, Decision, Dose, Patient, Placement, StopLatch
from tests.dosing.builders import DOSE_IU, NOW, Bedside, assessed, due, give_dose, start_dose

SECOND = timedelta(seconds=1)


def refused(rows: models.QuerySet, **values: object) -> None:
    """Expect the bulk update to be refused and to leave the rows as they were."""
    before = list(rows.values())
    assert before
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**values)
    assert list(rows.values()) == before


class TestDose:
    @pytest.mark.parametrize(
        "values",
        [
            {"status": "given"},
            {"status": "started"},
            {"status": "eaten"},
            {"status": "held"},
            {"status": "refused"},
            {"status": "omitted"},
            {"status": "started", "started_at": NOW},
            {"number": 0},
            {"number": 41},
            {"number": 2},
            {"dose_iu": 0},
            {"dose_iu": -1},
            {"given_iu": 1},
            {"ended_at": NOW},
            {"started_at": NOW},
        ],
        ids=lambda values: ", ".join(f"{name} {value}" for name, value in values.items()),
    )
    def test_planned_dose_stays_whole_when_written_past_the_services(
        self, bedside: Bedside, values: dict[str, object]
    ) -> None:
        refused(Dose.objects.filter(pk=bedside.dose(1).pk), **values)

    def test_dose_cannot_run_when_it_rests_on_no_assessment(self, bedside: Bedside) -> None:
        rows = Dose.objects.filter(pk=bedside.dose(1).pk)
        begun = {"status": "started", "started_at": NOW, "started_by": bedside.nurse}
        refused(rows, **begun)
        refused(rows, **begun, assessment=assessed(bedside.dose(1), Verdict.CONTINUE, at=NOW))
        assert rows.update(**begun, deviation=True)

    def test_two_doses_cannot_run_at_once(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        rows = Dose.objects.filter(pk=bedside.dose(2).pk)
        refused(rows, status="started", started_at=due(2), started_by=bedside.nurse, deviation=True)

    def test_running_dose_cannot_be_checked_by_who_started_it(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        refused(Dose.objects.filter(pk=bedside.dose(1).pk), checked_by=bedside.nurse)

    def test_dose_cannot_end_before_it_started_nor_without_an_amount(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        rows = Dose.objects.filter(pk=bedside.dose(1).pk)
        refused(rows, status="given", ended_at=due(1) - SECOND, given_iu=DOSE_IU)
        refused(rows, status="given", ended_at=due(1))
        refused(rows, status="given", given_iu=DOSE_IU)
        refused(rows, status="interrupted", ended_at=due(1), given_iu=1)
        assert rows.update(status="given", ended_at=due(1), given_iu=DOSE_IU)

    def test_amount_of_an_ended_dose_never_changes(self, bedside: Bedside) -> None:
        give_dose(bedside, 1)
        refused(Dose.objects.filter(pk=bedside.dose(1).pk), given_iu=DOSE_IU - 1)
        refused(Dose.objects.filter(pk=bedside.dose(1).pk), status="planned")

    def test_decision_serves_one_dose_only(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        decision = Decision.objects.create(
            dose=bedside.dose(1), kind="give", assessment=Assessment.objects.get(), outcome_token="t",
            by=bedside.physician, at=NOW,
        )  # fmt: skip
        Dose.objects.filter(pk=bedside.dose(1).pk).update(decision=decision)
        refused(Dose.objects.filter(pk=bedside.dose(2).pk), decision=decision)


class TestCourseAndCycle:
    @pytest.mark.parametrize(
        "values",
        [
            {"status": "ended"},
            {"status": "paused"},
            {"number": 0},
            {"target_sbp": 59},
            {"target_sbp": 141},
            {"assessed_seq": 10_000},
            {"ended_at": NOW},
            {"end_reason": "died"},
        ],
        ids=lambda values: ", ".join(f"{name} {value}" for name, value in values.items()),
    )
    def test_course_stays_whole(self, bedside: Bedside, values: dict[str, object]) -> None:
        refused(Course.objects.filter(pk=bedside.course.pk), **values)

    @pytest.mark.parametrize(
        "values",
        [{"status": "ended"}, {"number": 0}, {"dosing_weight_kg": "29.99"}, {"dosing_weight_kg": "250.01"}],
        ids=lambda values: ", ".join(f"{name} {value}" for name, value in values.items()),
    )
    def test_cycle_stays_whole(self, bedside: Bedside, values: dict[str, object]) -> None:
        refused(Cycle.objects.filter(pk=bedside.cycle.pk), **values)

    def test_second_open_course_or_cycle_is_refused(self, bedside: Bedside) -> None:
        again = {field.attname: getattr(bedside.course, field.attname) for field in Course._meta.concrete_fields}
        with pytest.raises(IntegrityError), transaction.atomic():
            Course.objects.create(**{**again, "id": None, "number": 2})
        with pytest.raises(IntegrityError), transaction.atomic():
            Cycle.objects.create(course=bedside.course, number=2, dosing_weight_kg="70", starts_at=NOW)


class TestPatientAndPlace:
    def test_patient_keeps_a_number_and_a_name(self, bedside: Bedside) -> None:
        rows = Patient.objects.filter(pk=bedside.patient.pk)
        for values in ({"mrn": ""}, {"family_name": ""}, {"gender": "f"}):
            refused(rows, **values)

    def test_placement_ends_after_it_begins(self, bedside: Bedside) -> None:
        rows = Placement.objects.filter(patient=bedside.patient)
        refused(rows, until_at=rows.get().from_at)
        assert rows.update(until_at=rows.get().from_at + SECOND)

    def test_bed_takes_one_patient_and_a_patient_one_bed(self, bedside: Bedside) -> None:
        place = Placement.objects.get(patient=bedside.patient)
        for values in ({"bed": place.bed}, {"patient": bedside.patient}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Placement.objects.create(
                    **{"ward": place.ward, "from_at": NOW, "patient": place.patient, "bed": place.bed, **values}
                )


class TestWords:
    def test_continue_says_until_when(self, bedside: Bedside) -> None:
        row = assessed(bedside.dose(1), Verdict.HOLD, at=NOW)
        row.pk, row.verdict, row.valid_until = None, "CONTINUE", None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)

    @pytest.mark.parametrize("missing", ["reauthenticated", "reason_text", "reason_code", "expires_at"])
    def test_override_needs_proof_reason_and_end(self, bedside: Bedside, missing: str) -> None:
        whole = {
            "dose": bedside.dose(1), "kind": "override", "outcome_token": "t", "by": bedside.physician, "at": NOW,
            "assessment": assessed(bedside.dose(1), Verdict.HOLD, at=NOW), "reauthenticated": True,
            "reason_text": "Because it is right.", "reason_code": "other", "expires_at": NOW + SECOND,
        }  # fmt: skip
        blank = {"reauthenticated": False, "expires_at": None}.get(missing, "")
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(**{**whole, missing: blank})
        assert Decision.objects.create(**whole)

    def test_stop_has_a_cause_and_is_lifted_by_a_decision(self, bedside: Bedside) -> None:
        row = assessed(bedside.dose(1), Verdict.STOP_CYCLE, at=NOW)
        whole = {"patient": bedside.patient, "cycle": bedside.cycle, "verdict": "STOP_CYCLE", "latched_at": NOW}
        with pytest.raises(IntegrityError), transaction.atomic():
            StopLatch.objects.create(**whole)
        latch = StopLatch.objects.create(**whole, assessment=row)
        refused(StopLatch.objects.filter(pk=latch.pk), lifted_at=NOW)
        refused(StopLatch.objects.filter(pk=latch.pk), verdict="HOLD")
        with pytest.raises(IntegrityError), transaction.atomic():
            StopLatch.objects.create(**whole, assessment=row)
