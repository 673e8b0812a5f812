"""Does the invented cohort look like the published one, and does one patient behave like a patient?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from random import Random

import pytest

from monitoring.domain.facts import GradeFacts
from monitoring.domain.grading import grade
from monitoring.domain.interval import Interval
from monitoring.rules.loader import load_ctcae, load_observables
from monitoring.simulation.person import Person, Values, person
from monitoring.simulation.susceptibility import PUBLISHED, Effect, Susceptibility, drawn
from monitoring.simulation.timing import MOST, Level, level
from monitoring.simulation.toxicity import values, values_at

DOSES = tuple(Decimal(8 * number) for number in range(10))
HOURS = tuple(Decimal(hour) for hour in range(0, 97, 2))
COHORT = 1200
# Points of a hundred: three standard errors of the largest frequency in a cohort of this size.
TOLERANCE = Decimal("4.3")
ULN, LLN = Decimal("1.2"), Decimal(150)


@cache
def levels() -> tuple[Level, ...]:
    return tuple(level(hour, DOSES) for hour in HOURS)


@cache
def cohort() -> tuple[tuple[Person, tuple[Values, ...]], ...]:
    """Every patient with all that would be measured over ten doses and the day after."""
    random, patients = Random(4), []
    for number in range(COHORT):
        one = person(drawn(random), random, weight_kg=Decimal(75))
        patients.append((one, tuple(values_at(one, felt, seed=f"{number}:{i}") for i, felt in enumerate(levels()))))
    return tuple(patients)


def by_engine(term: str, key: str, value: Decimal, **reference: Decimal) -> int:
    """The grade CTCAE 3.0 gives the value, by the service's own engine and rule file."""
    observable = load_observables().value.by_key[key]
    unit = observable.units[observable.unit or ""]
    facts = GradeFacts(observable, Interval(value, value), unit, **reference)
    return grade(load_ctcae("3.0").value.terms[term], facts).grade or 0


def platelets(_: Person, measured: tuple[Values, ...]) -> int:
    return by_engine("platelets_decreased", "platelets", Decimal(min(one.platelets for one in measured)), lln=LLN)


def creatinine(_: Person, measured: tuple[Values, ...]) -> int:
    return by_engine("creatinine_increased", "creatinine", max(one.creatinine for one in measured), uln=ULN)


def bilirubin(_: Person, measured: tuple[Values, ...]) -> int:
    return by_engine("bilirubin_increased", "bilirubin_total", max(one.bilirubin for one in measured), uln=ULN)


def fever(_: Person, measured: tuple[Values, ...]) -> int:
    highest = max(one.temperature for one in measured)
    return sum(highest >= limit for limit in (Decimal("38.0"), Decimal("39.1"), Decimal("40.1")))


def tachycardia(_: Person, measured: tuple[Values, ...]) -> int:
    return int(max(one.heart_rate for one in measured) > 100)


def hypotension(one: Person, measured: tuple[Values, ...]) -> int:
    """Below the target and treated: nothing 1, a bolus 2, a vasopressor 3, far below in spite of one 4."""
    if min(values.systolic for values in measured) >= one.target_sbp:
        return 0
    if one.needs == "vasopressor":
        return 4 if one.susceptibility.grade(Effect.HYPOTENSION) == 4 else 3
    return 2 if one.needs == "bolus" else 1


GRADED: dict[Effect, Callable[[Person, tuple[Values, ...]], int]] = {
    Effect.THROMBOCYTOPENIA: platelets,
    Effect.CREATININE: creatinine,
    Effect.BILIRUBIN: bilirubin,
    Effect.FEVER: fever,
    Effect.TACHYCARDIA: tachycardia,
    Effect.HYPOTENSION: hypotension,
}


@pytest.mark.parametrize("effect", GRADED)
def test_grades_lie_near_the_published_table_when_a_cohort_takes_ten_doses(effect: Effect) -> None:
    worst = Counter(GRADED[effect](one, measured) for one, measured in cohort())

    published = PUBLISHED[effect]
    any_grade = COHORT - worst[0]
    for found, expected in (
        (worst[3], published.grade_3),
        (worst[4], published.grade_4),
        (any_grade, published.any_grade),
    ):
        assert abs(Decimal(found) * 100 / COHORT - Decimal(expected) / 10) <= TOLERANCE


@pytest.mark.parametrize("effect", [Effect.DIARRHEA, Effect.ANURIA, Effect.DYSPNEA])
def test_susceptibility_lies_near_the_table_when_the_row_is_a_volume_or_a_saturation(effect: Effect) -> None:
    worst = Counter(one.susceptibility.grade(effect) for one, _ in cohort())

    assert abs(Decimal(worst[3]) * 100 / COHORT - Decimal(PUBLISHED[effect].grade_3) / 10) <= TOLERANCE
    assert abs(Decimal(COHORT - worst[0]) * 100 / COHORT - Decimal(PUBLISHED[effect].any_grade) / 10) <= TOLERANCE


def severe() -> Person:
    """A patient who takes everything badly."""
    worst = Susceptibility(dict.fromkeys(Effect, 3))
    return person(worst, Random(1), weight_kg=Decimal(75))


def test_pressure_is_lowest_about_four_hours_after_a_dose_and_recovers_before_the_next() -> None:
    one = severe()

    before, trough, later = (values_at(one, level(Decimal(hour), DOSES), seed="x").systolic for hour in (56, 60, 64))

    assert trough < one.target_sbp < later
    assert trough < before


def test_creatinine_rises_dose_by_dose_and_falls_when_the_doses_stop() -> None:
    one = severe()

    rising = [values_at(one, level(Decimal(hour), DOSES), seed="x").creatinine for hour in (7, 31, 79)]
    after = values_at(one, level(Decimal(160), DOSES), seed="x").creatinine

    assert rising == sorted(set(rising))
    assert after < rising[-1]


def test_nothing_is_felt_when_no_dose_was_given() -> None:
    assert level(Decimal(5), ()) == level(Decimal(0), DOSES) == Level(Decimal("0.0000"), Decimal("0.0000"))
    well = values(severe(), hour=Decimal(5), doses=(), seed="x")
    assert well.creatinine == severe().well.creatinine


@pytest.mark.parametrize("hour", range(0, 140, 7))
def test_levels_stay_between_none_and_the_most_when_fourteen_doses_are_given(hour: int) -> None:
    felt = level(Decimal(hour), tuple(Decimal(8 * number) for number in range(14)))

    assert 0 <= felt.acute <= 1
    assert 0 <= felt.slow <= MOST


def test_the_same_minute_reads_the_same_when_it_is_asked_twice() -> None:
    one = severe()

    first = values(one, hour=Decimal("13.5"), doses=DOSES, seed="a")

    assert first == values(one, hour=Decimal("13.5"), doses=DOSES, seed="a")
    assert first != values(one, hour=Decimal("13.5"), doses=DOSES, seed="b")


def test_values_are_whole_numbers_or_decimals_when_they_leave_the_model() -> None:
    measured = values(severe(), hour=Decimal(20), doses=DOSES, seed="x")

    assert {type(getattr(measured, name)) for name in Values.__slots__} == {int, Decimal}
