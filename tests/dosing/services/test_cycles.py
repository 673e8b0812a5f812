"""When may a cycle start, and what does it fix?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from dosing.models import Course, Cycle, CycleCheck, Dose
from dosing.services import courses, cycles, refusals
from dosing.services.cycles import CheckAnswer
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from tests.dosing.builders import (
    DOSE_IU,
    FIRST_DUE,
    NOW,
    WEIGHT_KG,
    Bedside,
    all_checks,
    due,
    make_course,
    nothing_written,
)

SECOND = timedelta(seconds=1)
WHY = "Agreed at the board of 1 March."


def ended(bedside: Bedside, at: datetime = NOW) -> Bedside:
    """The bedside between two cycles."""
    cycles.end(cycle=bedside.cycle, reason="completed", actor=Actor(user=bedside.physician), at=at)
    return bedside


def start(bedside: Bedside, starts_at: datetime, **changed: object) -> Cycle:
    said = {
        "course": bedside.course,
        "starts_at": starts_at,
        "dosing_weight_kg": WEIGHT_KG,
        "checks": all_checks(),
        "actor": Actor(user=bedside.physician),
        "at": starts_at - timedelta(hours=2),
        **changed,
    }
    return cycles.start(**said)


AFTER_REST = FIRST_DUE + timedelta(days=14)


class TestStarting:
    def test_fourteen_doses_are_planned_eight_hours_apart(self, bedside: Bedside) -> None:
        doses = list(Dose.objects.filter(cycle=bedside.cycle).order_by("number"))
        assert [dose.number for dose in doses] == list(range(1, 15))
        assert [dose.due_at for dose in doses] == [due(number) for number in range(1, 15)]
        assert {(dose.dose_iu, dose.status) for dose in doses} == {(DOSE_IU, "planned")}

    def test_every_check_is_signed_by_the_physician(self, bedside: Bedside) -> None:
        signed = CycleCheck.objects.filter(cycle=bedside.cycle)
        assert {check.item for check in signed} == set(CycleCheck.ITEMS)
        assert {(check.signed_by, check.signed_at) for check in signed} == {(bedside.physician, NOW)}
        assert AuditEvent.objects.filter(event="cycle.started").count() == 1

    def test_course_is_active_and_to_be_assessed_when_its_cycle_starts(self, bedside: Bedside) -> None:
        start(ended(bedside), AFTER_REST)
        course = Course.objects.get(pk=bedside.course.pk)
        assert course.status == "active"
        assert course.is_being_assessed

    def test_cycle_is_refused_when_one_is_open(self, bedside: Bedside) -> None:
        with nothing_written(refusals.CycleIsOpen):
            start(bedside, AFTER_REST)

    def test_cycle_is_refused_when_the_course_had_its_cycles(self, bedside: Bedside) -> None:
        second = start(ended(bedside), AFTER_REST)
        cycles.end(cycle=second, reason="completed", actor=Actor(user=bedside.physician), at=AFTER_REST)
        with nothing_written(refusals.MaximumReached):
            start(bedside, AFTER_REST + timedelta(days=14))

    def test_cycle_is_refused_when_the_course_has_ended(self, bedside: Bedside) -> None:
        courses.end_course(course=bedside.course, reason="completed", actor=Actor(user=bedside.physician), at=NOW)
        with nothing_written(refusals.CourseEnded):
            start(bedside, AFTER_REST)

    @pytest.mark.parametrize("who", ["nurse", "admin"])
    def test_cycle_is_refused_when_no_physician_starts_it(self, bedside: Bedside, who: str) -> None:
        ended(bedside)
        refusal = refusals.PhysicianNeeded if who == "nurse" else refusals.AdminsWriteNothingClinical
        with nothing_written(refusal):
            start(bedside, AFTER_REST, actor=Actor(user=getattr(bedside, who)))

    @pytest.mark.parametrize(
        ("ahead", "possible"),
        [
            (timedelta(hours=-1), True),
            (timedelta(hours=-1) - SECOND, False),
            (timedelta(days=7), True),
            (timedelta(days=7) + SECOND, False),
        ],
    )
    def test_first_dose_is_due_from_an_hour_ago_to_a_week_ahead(
        self, bedside: Bedside, ahead: timedelta, possible: bool
    ) -> None:
        ended(bedside)
        if possible:
            assert start(bedside, AFTER_REST, at=AFTER_REST - ahead)
            return
        with nothing_written(refusals.ImpossibleTime):
            start(bedside, AFTER_REST, at=AFTER_REST - ahead)


class TestChecks:
    @pytest.mark.parametrize("item", CycleCheck.ITEMS)
    def test_cycle_is_refused_when_a_check_is_missing(self, bedside: Bedside, item: str) -> None:
        ended(bedside)
        checks = {name: answer for name, answer in all_checks().items() if name != item}
        with nothing_written(refusals.StartChecksMissing):
            start(bedside, AFTER_REST, checks=checks)

    @pytest.mark.parametrize("item", CycleCheck.ITEMS)
    def test_only_pregnancy_test_and_rest_may_not_apply(self, bedside: Bedside, item: str) -> None:
        ended(bedside)
        checks = {**all_checks(), item: CheckAnswer(answer="not_applicable")}
        if item in ("pregnancy_test", "rest_since_last_cycle"):
            assert start(bedside, AFTER_REST, checks=checks)
            return
        with nothing_written(refusals.StartChecksMissing):
            start(bedside, AFTER_REST, checks=checks)

    def test_cycle_is_refused_when_a_check_is_unknown(self, bedside: Bedside) -> None:
        ended(bedside)
        with nothing_written(refusals.StartChecksMissing):
            start(bedside, AFTER_REST, checks={**all_checks(), "horoscope": CheckAnswer()})

    def test_cycle_is_refused_when_no_target_was_written(self, bedside: Bedside) -> None:
        ended(bedside)
        Course.objects.filter(pk=bedside.course.pk).update(target_sbp=None)
        with nothing_written(refusals.StartChecksMissing):
            start(bedside, AFTER_REST)


class TestWeight:
    @pytest.mark.parametrize("weight", ["30", "250", "72.55"])
    def test_weight_is_taken_when_it_is_possible(self, bedside: Bedside, weight: str) -> None:
        ended(bedside)
        cycle = start(bedside, AFTER_REST, dosing_weight_kg=Decimal(weight), checks=all_checks(weight=WHY))
        assert cycle.dosing_weight_kg == Decimal(weight)
        assert cycle.doses.get(number=1).dose_iu == Decimal(weight) * 600_000

    @pytest.mark.parametrize("weight", ["29.99", "250.01", "72.555", "-72.5"])
    def test_weight_is_refused_when_it_is_impossible(self, bedside: Bedside, weight: str) -> None:
        ended(bedside)
        with nothing_written(refusals.ImpossibleWeight):
            start(bedside, AFTER_REST, dosing_weight_kg=Decimal(weight), checks=all_checks(weight=WHY))

    @pytest.mark.parametrize(
        ("weight", "possible"), [("79.75", True), ("79.76", False), ("65.25", True), ("65.24", False)]
    )
    def test_weight_ten_percent_off_the_last_needs_a_reason(
        self, bedside: Bedside, weight: str, possible: bool
    ) -> None:
        ended(bedside)
        if possible:
            assert start(bedside, AFTER_REST, dosing_weight_kg=Decimal(weight))
            return
        with nothing_written(refusals.ImpossibleWeight):
            start(bedside, AFTER_REST, dosing_weight_kg=Decimal(weight))
        assert start(bedside, AFTER_REST, dosing_weight_kg=Decimal(weight), checks=all_checks(weight=WHY))


class TestRest:
    def test_cycle_is_refused_when_the_rest_is_a_second_short(self, bedside: Bedside) -> None:
        ended(bedside)
        with nothing_written(refusals.RestTooShort):
            start(bedside, AFTER_REST - SECOND)

    def test_cycle_starts_when_the_rest_is_exactly_kept(self, bedside: Bedside) -> None:
        assert start(ended(bedside), AFTER_REST).number == 2

    def test_short_rest_is_taken_when_the_physician_says_why(self, bedside: Bedside) -> None:
        assert start(ended(bedside), AFTER_REST - SECOND, checks=all_checks(rest_since_last_cycle=WHY))

    @pytest.mark.parametrize(("short_by", "possible"), [(timedelta(0), True), (SECOND, False)])
    def test_next_course_begins_seven_weeks_after_the_last(
        self, bedside: Bedside, short_by: timedelta, possible: bool
    ) -> None:
        courses.end_course(course=bedside.course, reason="completed", actor=Actor(user=bedside.physician), at=NOW)
        starts_at = NOW + timedelta(weeks=7) - short_by
        again = make_course(bedside.patient, bedside.physician, at=starts_at - timedelta(hours=3))
        second = replace(bedside, course=again)
        if possible:
            assert start(second, starts_at).number == 1
            return
        with nothing_written(refusals.RestTooShort):
            start(second, starts_at)


def test_doses_stay_eight_hours_apart_on_the_clock_of_the_world_when_summer_time_begins(bedside: Bedside) -> None:
    ended(bedside)
    starts_at = datetime.fromisoformat("2026-03-28T23:00:00+01:00")
    cycle = start(bedside, starts_at)
    dues = list(cycle.doses.order_by("number").values_list("due_at", flat=True))
    assert {later - earlier for earlier, later in pairwise(dues)} == {timedelta(hours=8)}
    assert dues[0] == starts_at > FIRST_DUE
