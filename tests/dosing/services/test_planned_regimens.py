"""Can a course be run by every regimen of the release, and does TIL keep its hours after the cells?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from dosing.domain.verdict import Verdict
from dosing.models import Course, Cycle, Dose, Patient, StopLatch
from dosing.rules.course_loader import every_regimen
from dosing.selectors.agreed import order_of
from dosing.selectors.limits import limits_of
from dosing.selectors.slots import closes_at
from dosing.services import courses, cycles, doses, placements, refusals
from il2ward.audit.actor import SYSTEM, Actor
from tests.dosing.builders import (
    FIRST_DUE,
    NOW,
    WEIGHT_KG,
    Bedside,
    adopted_rules,
    agree,
    all_checks,
    assessed,
    graded,
    make_bed,
    make_course,
    make_cycle,
    make_patient,
    nothing_written,
    start_on,
)

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
HEIGHT = Decimal(172)
BY_SURFACE = ("civ_eu_smpc", "civ_legha_1996", "sc_ifn_cwg", "biochemo_eortc18951")


@pytest.fixture
def patient(bedside: Bedside) -> Patient:
    """A second patient of the ward, in bed, without a course."""
    found = make_patient(bedside.site, at=NOW - DAY)
    placements.place(patient=found, bed=make_bed(bedside.ward), actor=SYSTEM, at=NOW - HOUR)
    return found


def opened(bedside: Bedside, patient: Patient, regimen: str) -> Course:
    """A course by the regimen, with the protocol that fits it."""
    bolus = regimen.startswith(("hd_", "ld_"))
    protocol = "til_2024" if regimen == "til_il2" else "consensus_2014" if bolus else "ctcae_gate"
    return make_course(patient, bedside.physician, protocol=protocol, regimen=regimen, overlay=protocol != "ctcae_gate")


def begun(bedside: Bedside, course: Course, **changed: object) -> Cycle:
    said = {
        "course": course, "starts_at": FIRST_DUE, "dosing_weight_kg": WEIGHT_KG, "checks": all_checks(),
        "actor": Actor(user=bedside.physician), "at": NOW, **changed,
    }  # fmt: skip
    return cycles.start(**said)


def start(bedside: Bedside, dose: Dose, at: object = None, verdict: Verdict = Verdict.CONTINUE) -> Dose:
    """Start a dose of the second patient on a CONTINUE, at its due time."""
    when = at or dose.due_at
    return start_on(bedside, assessed(dose, verdict, at=when), at=when)


def slot(cycle: Cycle, number: int) -> Dose:
    return Dose.objects.select_related("cycle__course__patient", "cycle__course__regimen", "cycle__course__inputs").get(
        cycle=cycle, number=number
    )


@pytest.mark.parametrize("regimen", sorted(one.key for one in every_regimen()))
def test_first_dose_of_every_regimen_can_be_given_once_two_agree(
    bedside: Bedside, patient: Patient, regimen: str
) -> None:
    course = opened(bedside, patient, regimen)
    cells_at = FIRST_DUE - 4 * HOUR if regimen == "til_il2" else None
    cycle = begun(
        bedside, course, height_cm=HEIGHT if regimen in BY_SURFACE else None, cells_infused_at=cells_at
    )  # fmt: skip
    agree(cycle, bedside.nurse, at=NOW)
    graded(course)

    dose = start(bedside, slot(cycle, 1))

    assert dose.status == "started"
    assert Dose.objects.filter(cycle=cycle).count() == limits_of(course).slots_per_cycle
    lasts = order_of(dose).lasts
    ended = doses.end(dose=dose, actor=Actor(user=bedside.nurse), at=FIRST_DUE + (lasts or SECOND))
    assert ended.status == "given"


@pytest.mark.parametrize(
    ("regimen", "number", "dose_iu", "due_in", "says"),
    [
        ("civ_legha_1996", 5, 22_320_000, 7 * DAY, "12,000,000 units/m2 x 1.86 m2"),
        ("sc_eu_5wk", 8, 9_000_000, 9 * DAY, "flat dose of 9,000,000 units"),
        ("sc_yang", 6, 9_062_500, 7 * DAY, "125,000 units/kg x 72.5 kg"),
        ("biochemo_eortc18951", 4, 8_370_000, 42 * HOUR, "4,500,000 units/m2 x 1.86 m2"),
    ],
)
def test_each_slot_has_its_own_amount_and_time(
    bedside: Bedside, patient: Patient, regimen: str, number: int, dose_iu: int, due_in: timedelta, says: str
) -> None:
    course = opened(bedside, patient, regimen)
    cycle = make_cycle(course, bedside.physician, height_cm=HEIGHT if regimen in BY_SURFACE else None)

    dose = slot(cycle, number)

    assert (dose.dose_iu, dose.due_at - FIRST_DUE, order_of(dose).basis) == (dose_iu, due_in, says)


def test_infusion_of_a_day_lasts_a_day_and_the_next_follows_when_it_ends(bedside: Bedside, patient: Patient) -> None:
    course = opened(bedside, patient, "civ_legha_1996")
    cycle = make_cycle(course, bedside.physician, height_cm=HEIGHT)
    first, second = slot(cycle, 1), slot(cycle, 2)

    assert order_of(first).lasts == DAY
    dose = start(bedside, first)
    refusal = pytest.raises(refusals.DoseIsRunning)
    with refusal:
        start(bedside, second)
    doses.end(dose=dose, actor=Actor(user=bedside.nurse), at=second.due_at)
    assert start(bedside, slot(cycle, 2)).status == "started"


def test_missed_dose_does_not_wait_for_next_week(bedside: Bedside, patient: Patient) -> None:
    cycle = make_cycle(opened(bedside, patient, "civ_legha_1996"), bedside.physician, height_cm=HEIGHT)

    assert closes_at(slot(cycle, 4)) == slot(cycle, 4).due_at + 22 * HOUR
    assert closes_at(slot(cycle, 1)) == slot(cycle, 2).due_at - 2 * HOUR


def test_injection_has_no_length(bedside: Bedside, patient: Patient) -> None:
    cycle = make_cycle(opened(bedside, patient, "sc_eu_5wk"), bedside.physician)

    assert order_of(slot(cycle, 1)).lasts is None


class TestFitting:
    @pytest.mark.parametrize(
        ("regimen", "protocol"),
        [
            ("civ_legha_1996", "consensus_2014"),
            ("sc_eu_5wk", "fda_label"),
            ("til_il2", "consensus_2014"),
            ("hd_600_fda", "til_2024"),
        ],
    )
    def test_course_is_refused_when_the_protocol_was_written_for_something_else(
        self, bedside: Bedside, patient: Patient, regimen: str, protocol: str
    ) -> None:
        opened(bedside, patient, regimen)
        courses.end_course(
            course=Course.objects.get(patient=patient), reason="other", actor=Actor(user=bedside.physician), at=NOW
        )
        rules = adopted_rules(protocol, regimen=regimen)
        if not rules["protocol"].signoffs.exists():
            rules["protocol"].signoffs.create(
                site=bedside.site, physician=bedside.physician, signed_at=NOW, statement="Read."
            )

        with nothing_written(refusals.ProtocolDoesNotFit):
            courses.open_course(
                patient=patient, target_sbp=90, actor=Actor(user=bedside.physician), at=NOW, **rules
            )  # fmt: skip

    def test_height_is_asked_for_exactly_where_the_dose_needs_it(self, bedside: Bedside, patient: Patient) -> None:
        course = opened(bedside, patient, "civ_legha_1996")
        for height in (None, Decimal("1.72"), Decimal("172.005")):
            with nothing_written(refusals.ImpossibleHeight):
                begun(bedside, course, height_cm=height)
        assert begun(bedside, course, height_cm=HEIGHT).height_cm == HEIGHT

    def test_dose_that_is_no_whole_number_of_units_is_refused(self, bedside: Bedside, patient: Patient) -> None:
        course = opened(bedside, patient, "sc_yang")
        # 125,000 units/kg x 72.51 kg is whole; two decimals of a kilogram always are.
        assert begun(bedside, course, dosing_weight_kg=Decimal("72.51")).doses.get(number=30).dose_iu == 9_063_750

    def test_cycles_without_a_stated_maximum_or_rest_need_a_reason(self, bedside: Bedside, patient: Patient) -> None:
        course = opened(bedside, patient, "sc_yang")
        cycle = make_cycle(course, bedside.physician)
        cycles.end(cycle=cycle, reason="completed", actor=Actor(user=bedside.physician), at=NOW)
        later = {"starts_at": FIRST_DUE + 60 * DAY, "at": NOW + 60 * DAY}

        with nothing_written(refusals.RestTooShort):
            begun(bedside, course, **later)
        notes = all_checks(rest_since_last_cycle="The source gives none; six weeks agreed.")
        assert begun(bedside, course, checks=notes, **later).number == 2
        assert limits_of(course).doses_per_course is None
        assert not StopLatch.objects.exists()


class TestCells:
    @pytest.fixture
    def course(self, bedside: Bedside, patient: Patient) -> Course:
        """A course after cells."""
        return opened(bedside, patient, "til_il2")

    @pytest.mark.parametrize(
        ("before", "possible"),
        [(3 * HOUR, True), (3 * HOUR - SECOND, False), (24 * HOUR, True), (24 * HOUR + SECOND, False)],
    )
    def test_first_dose_is_due_three_to_twenty_four_hours_after_the_cells(
        self, bedside: Bedside, course: Course, before: timedelta, possible: bool
    ) -> None:
        if possible:
            assert begun(bedside, course, cells_infused_at=FIRST_DUE - before).cells_infused_at
            return
        with nothing_written(refusals.OutsideHoursAfterCells):
            begun(bedside, course, cells_infused_at=FIRST_DUE - before)

    def test_cycle_is_refused_when_the_cells_are_unknown_or_still_ahead(self, bedside: Bedside, course: Course) -> None:
        for cells_at in (None, NOW + SECOND):
            with nothing_written(refusals.ImpossibleTime):
                begun(bedside, course, cells_infused_at=cells_at, starts_at=FIRST_DUE + 4 * HOUR)

    def test_cells_are_not_taken_where_the_regimen_follows_none(self, bedside: Bedside, patient: Patient) -> None:
        course = opened(bedside, patient, "hd_720_nci")
        with nothing_written(refusals.ImpossibleTime):
            begun(bedside, course, cells_infused_at=NOW - 4 * HOUR)

    @pytest.mark.parametrize(("early", "possible"), [(timedelta(0), True), (SECOND, False)])
    def test_first_dose_itself_waits_three_hours(
        self, bedside: Bedside, course: Course, early: timedelta, possible: bool
    ) -> None:
        cycle = begun(bedside, course, cells_infused_at=FIRST_DUE - 4 * HOUR)
        agree(cycle, bedside.nurse, at=NOW)
        graded(course)
        at = FIRST_DUE - HOUR - early
        if possible:
            assert start(bedside, slot(cycle, 1), at).status == "started"
            return
        with pytest.raises(refusals.OutsideHoursAfterCells):
            start(bedside, slot(cycle, 1), at)

    def test_second_dose_is_not_counted_from_the_cells(self, bedside: Bedside, course: Course) -> None:
        cycle = begun(bedside, course, cells_infused_at=FIRST_DUE - 20 * HOUR)
        agree(cycle, bedside.nurse, at=NOW)
        graded(course)
        dose = start(bedside, slot(cycle, 1))
        doses.end(dose=dose, actor=Actor(user=bedside.nurse), at=FIRST_DUE + timedelta(minutes=15))

        assert start(bedside, slot(cycle, 2)).status == "started"
