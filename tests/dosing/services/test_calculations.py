"""When have two people arrived at the same dose, and what starts without that?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from dosing.domain.verdict import Verdict
from dosing.models import Dose, DoseCalculation
from dosing.selectors.agreed import order_of, ordered_of, waiting
from dosing.services import calculations, cycles, placements, planning, reductions, refusals
from dosing.services.calculations import OwnLine
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.staff.models import User
from tests.dosing.builders import (
    DOSE_IU,
    FIRST_DUE,
    NOW,
    WEIGHT_KG,
    Bedside,
    agree,
    all_checks,
    assessed,
    due,
    graded,
    make_bed,
    make_course,
    make_cycle,
    make_nurse,
    make_patient,
    make_ward,
    nothing_written,
    start_dose,
    start_on,
)

RIGHT = (OwnLine(600_000, DOSE_IU),)
WHY = "Read off the wrong line of the chart."


@pytest.fixture
def alone(bedside: Bedside) -> Bedside:
    """The bedside with a second cycle that only the physician who started it has calculated."""
    cycles.end(cycle=bedside.cycle, reason="completed", actor=Actor(user=bedside.physician), at=NOW)
    bedside.cycle = cycles.start(
        course=bedside.course, starts_at=FIRST_DUE, dosing_weight_kg=WEIGHT_KG,
        checks=all_checks(rest_since_last_cycle="Agreed at the board of 1 March."),
        actor=Actor(user=bedside.physician), at=NOW,
    )  # fmt: skip
    graded(bedside.course)
    return bedside


def second(
    bedside: Bedside,
    *,
    by: User | None = None,
    weight_kg: Decimal | None = WEIGHT_KG,
    height_cm: Decimal | None = None,
    lines: Sequence[OwnLine] = RIGHT,
) -> list[DoseCalculation]:
    return calculations.second(
        cycle=bedside.cycle,
        weight_kg=weight_kg,
        height_cm=height_cm,
        lines=lines,
        actor=Actor(user=by or bedside.nurse),
        at=NOW,
    )


class TestStarting:
    def test_no_dose_starts_before_a_second_person_has_agreed(self, alone: Bedside) -> None:
        assessment = assessed(alone.dose(1), Verdict.CONTINUE, at=due(1))
        with nothing_written(refusals.DoseNotCalculatedTwice):
            start_on(alone, assessment, at=due(1))

    def test_dose_starts_when_a_second_person_has_agreed(self, alone: Bedside) -> None:
        (row,) = second(alone)

        assert (row.agrees, row.ordered_iu, row.volume_ml, row.vials) == (True, DOSE_IU, Decimal("2.42"), 2)
        assert (row.first_by, row.second_by) == (alone.physician, alone.nurse)
        assert start_dose(alone, 1).status == "started"

    def test_wrong_calculation_is_kept_and_lets_nothing_start(self, alone: Bedside) -> None:
        (row,) = second(alone, lines=[OwnLine(600_000, DOSE_IU * 10)])

        assert not row.agrees
        assert row.differences[0] == "dose: yours 435,000,000 units, ours 43,500,000 units"
        with pytest.raises(refusals.DoseNotCalculatedTwice):
            start_dose(alone, 1)

    def test_right_calculation_counts_after_a_wrong_one(self, alone: Bedside) -> None:
        second(alone, lines=[OwnLine(600_000, DOSE_IU * 10)])
        second(alone)

        assert DoseCalculation.objects.filter(cycle=alone.cycle).count() == 2
        assert start_dose(alone, 1).status == "started"

    def test_agreement_on_another_weight_is_void_when_the_weight_is_put_right(self, alone: Bedside) -> None:
        second(alone)
        planning.correct_size(
            cycle=alone.cycle, dosing_weight_kg=Decimal("75.2"), height_cm=None, reason=WHY,
            actor=Actor(user=alone.physician2), at=NOW,
        )  # fmt: skip

        assert alone.dose(1).dose_iu == 45_120_000
        with pytest.raises(refusals.DoseNotCalculatedTwice):
            start_dose(alone, 1)
        alone.cycle.refresh_from_db()
        graded(alone.course)
        assert agree(alone.cycle, alone.physician, at=NOW)[0].first_by == alone.physician2
        assert start_dose(alone, 1).status == "started"


class TestDiffering:
    @pytest.mark.parametrize(
        ("weight", "lines", "says"),
        [
            ("72.50", [OwnLine(600_000, DOSE_IU)], ""),
            ("72.6", [OwnLine(600_000, DOSE_IU)], "weight: yours 72.6 kg, ours 72.50 kg"),
            ("72.5", [OwnLine(720_000, 52_200_000)], "units per kg: yours 720,000 units, ours 600,000 units"),
            ("72.5", [OwnLine(600_000, DOSE_IU + 1)], "dose: yours 43,500,001 units, ours 43,500,000 units"),
            (None, [OwnLine(600_000, DOSE_IU)], "weight: yours not entered, ours 72.50 kg"),
        ],
    )
    def test_any_difference_is_named(self, alone: Bedside, weight: str | None, lines: list[OwnLine], says: str) -> None:
        (row,) = second(alone, weight_kg=None if weight is None else Decimal(weight), lines=lines)

        assert row.agrees == (not says)
        assert (row.differences[0] if row.differences else "") == says

    @pytest.mark.parametrize("weight", ["0", "-72.5", "1000", "72.5555", "NaN"])
    def test_weight_that_is_none_is_refused(self, alone: Bedside, weight: str) -> None:
        with nothing_written(refusals.Invalid):
            second(alone, weight_kg=Decimal(weight))

    @pytest.mark.parametrize("lines", [[], [*RIGHT, *RIGHT], [OwnLine(0, DOSE_IU)], [OwnLine(600_000, 0)]])
    def test_lines_that_are_none_are_refused(self, alone: Bedside, lines: list[OwnLine]) -> None:
        with nothing_written(refusals.Invalid):
            second(alone, lines=lines)


class TestWho:
    def test_calculation_is_refused_when_the_first_person_gives_it(self, alone: Bedside) -> None:
        with nothing_written(refusals.CalculatedBySamePerson):
            second(alone, by=alone.physician)

    def test_calculation_is_refused_when_who_put_the_weight_right_gives_it(self, alone: Bedside) -> None:
        planning.correct_size(
            cycle=alone.cycle, dosing_weight_kg=WEIGHT_KG, height_cm=None, reason=WHY,
            actor=Actor(user=alone.physician2), at=NOW,
        )  # fmt: skip
        with nothing_written(refusals.CalculatedBySamePerson):
            second(alone, by=alone.physician2)

    def test_calculation_is_refused_when_an_admin_or_a_stranger_gives_it(self, alone: Bedside) -> None:
        with nothing_written(refusals.AdminsWriteNothingClinical):
            second(alone, by=alone.admin)
        stranger = make_nurse(make_ward(alone.site, "elsewhere"))
        with nothing_written(refusals.NotOfThisWard):
            second(alone, by=stranger)

    def test_calculation_is_refused_when_the_cycle_has_ended(self, alone: Bedside) -> None:
        cycles.end(cycle=alone.cycle, reason="other", actor=Actor(user=alone.physician), at=NOW)
        with nothing_written(refusals.CycleNotActive):
            second(alone)

    def test_database_refuses_agreement_on_other_numbers_or_by_one_person(self, alone: Bedside) -> None:
        (row,) = second(alone, lines=[OwnLine(600_000, DOSE_IU * 10)])
        for name, value in (("agrees", True), ("second_by_id", row.first_by_id)):
            row.pk = None
            forged = DoseCalculation(**{field.attname: getattr(row, field.attname) for field in row._meta.fields})
            setattr(forged, name, value)
            with pytest.raises(IntegrityError), transaction.atomic():
                forged.save()


class TestSize:
    def correct(self, bedside: Bedside, **changed: object) -> None:
        said = {
            "cycle": bedside.cycle, "dosing_weight_kg": Decimal("75.2"), "height_cm": None, "reason": WHY,
            "actor": Actor(user=bedside.physician), "at": NOW, **changed,
        }  # fmt: skip
        planning.correct_size(**said)

    def test_size_stays_when_a_dose_has_begun(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        with nothing_written(refusals.SizeIsFixed):
            self.correct(bedside, at=due(1) + timedelta(minutes=1))

    @pytest.mark.parametrize(
        ("changed", "refusal"),
        [
            ({"reason": "wrong"}, refusals.ReasonMissing),
            ({"dosing_weight_kg": Decimal("29.99")}, refusals.ImpossibleWeight),
            ({"height_cm": Decimal(172)}, refusals.ImpossibleHeight),
        ],
    )
    def test_correction_is_refused_when_it_makes_no_sense(
        self, bedside: Bedside, changed: dict[str, object], refusal: type[refusals.Refused]
    ) -> None:
        with nothing_written(refusal):
            self.correct(bedside, **changed)

    def test_correction_is_a_physicians_and_of_an_active_cycle(self, bedside: Bedside) -> None:
        with nothing_written(refusals.PhysicianNeeded):
            self.correct(bedside, actor=Actor(user=bedside.nurse))
        cycles.end(cycle=bedside.cycle, reason="other", actor=Actor(user=bedside.physician), at=NOW)
        with nothing_written(refusals.CycleNotActive):
            self.correct(bedside)


class TestReducing:
    @pytest.fixture
    def infused(self, bedside: Bedside) -> Bedside:
        """A second patient under the continuous infusion, 1.86 m2."""
        patient = make_patient(bedside.site, at=NOW - timedelta(days=1))
        placements.place(patient=patient, bed=make_bed(bedside.ward), actor=SYSTEM, at=NOW)
        course = make_course(patient, bedside.physician, protocol="ctcae_gate", regimen="civ_legha_1996", overlay=False)
        bedside.patient, bedside.course = patient, course
        bedside.cycle = make_cycle(course, bedside.physician, height_cm=Decimal(172))
        return bedside

    def reduce(self, bedside: Bedside, to_iu: int, number: int = 2, **changed: object) -> Dose:
        said = {
            "dose": bedside.dose(number), "to_iu": to_iu, "reason": "Renal insufficiency since yesterday.",
            "confirmed_by": bedside.nurse, "actor": Actor(user=bedside.physician), "at": NOW, **changed,
        }  # fmt: skip
        return reductions.reduce(**said)

    def test_reduced_dose_counts_as_worked_out_twice_and_is_printed_so(self, infused: Bedside) -> None:
        dose = self.reduce(infused, 11_160_000)

        assert dose.dose_iu == 11_160_000
        assert ordered_of(infused.dose(2)) == {11_160_000}
        assert ordered_of(infused.dose(1)) == {22_320_000}
        assert order_of(infused.dose(2)).volume_ml == Decimal("0.62")
        assert self.reduce(infused, 5_580_000).dose_iu == 5_580_000
        assert ordered_of(infused.dose(2)) == {5_580_000}

    @pytest.mark.parametrize("to_iu", [0, -1, 22_320_000, 22_320_001])
    def test_reduction_is_refused_when_it_is_none(self, infused: Bedside, to_iu: int) -> None:
        with nothing_written(refusals.DoseIsNeverReduced):
            self.reduce(infused, to_iu)

    def test_reduction_is_refused_when_the_regimen_is_a_bolus(self, bedside: Bedside) -> None:
        with nothing_written(refusals.DoseIsNeverReduced):
            self.reduce(bedside, 1)

    def test_reduction_needs_a_physician_a_reason_and_another_person(self, infused: Bedside) -> None:
        with nothing_written(refusals.PhysicianNeeded):
            self.reduce(infused, 1, actor=Actor(user=infused.nurse), confirmed_by=infused.physician)
        with nothing_written(refusals.CheckedBySamePerson):
            self.reduce(infused, 1, confirmed_by=infused.physician)
        with nothing_written(refusals.ReasonMissing):
            self.reduce(infused, 1, reason="kidneys")

    def test_whole_dose_returns_when_the_size_is_put_right(self, infused: Bedside) -> None:
        self.reduce(infused, 11_160_000)
        planning.correct_size(
            cycle=infused.cycle, dosing_weight_kg=Decimal(80), height_cm=Decimal(172), reason=WHY,
            actor=Actor(user=infused.physician), at=NOW,
        )  # fmt: skip
        infused.cycle.refresh_from_db()

        assert infused.dose(2).dose_iu == 12_000_000 * Decimal("1.96")
        assert len(waiting(infused.cycle)) == 1
        agree(infused.cycle, infused.nurse, at=NOW)
        assert ordered_of(infused.dose(2)) == {infused.dose(2).dose_iu}

    def test_surface_from_two_wrong_sizes_does_not_agree(self, infused: Bedside) -> None:
        # 145.00 kg x 86 cm is the same product, and so the same surface.
        (row,) = second(
            infused, weight_kg=Decimal(145), height_cm=Decimal(86), lines=[OwnLine(12_000_000, 22_320_000)]
        )  # fmt: skip
        assert not row.agrees
        assert "height: yours 86 cm, ours 172.00 cm" in row.differences
