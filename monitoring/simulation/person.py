"""Who is this invented patient when well, and how far does each value go at their worst? Seeded, in plain decimals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from monitoring.simulation.susceptibility import Effect, Susceptibility

# The worst value by grade (index), low to high, in tenths of the unit. Grades 1 to 3 lie inside the CTCAE 3.0 limits
# with an upper limit of normal of 1.2 mg/dL (creatinine, bilirubin) and a lower one of 150 (platelets).
PLATELETS = ((1600, 2000), (800, 1400), (520, 720), (280, 480), (100, 230))
CREATININE_ABOVE = ((0, 0), (13, 17), (19, 34), (38, 68), (74, 90))
BILIRUBIN_ABOVE = ((0, 0), (13, 17), (19, 34), (38, 90), (125, 150))
TEMPERATURE = ((370, 378), (381, 389), (391, 399), (401, 406), (407, 409))
# Diarrhea in mL per hour, pressure in mm[Hg] below the target (negative: above it), rate in /min: whole units.
STOOL_ML_H = ((0, 8), (25, 60), (70, 110), (130, 180), (190, 230))
BELOW_TARGET = ((-16, -7), (1, 5), (6, 10), (11, 18), (19, 28))
RATE = ((86, 98), (106, 118), (119, 128), (130, 140), (141, 150))
URINE_ML_H = ((45, 70), (22, 34), (14, 19), (3, 8), (0, 2))
SPO2 = ((95, 97), (92, 94), (89, 91), (84, 87), (78, 82))


@dataclass(frozen=True, slots=True)
class Values:
    """What can be measured at one moment: pressures mm[Hg], rates /min, Cel, %, mg/dL, mmol/L, 10*3/uL, kg, mL/h."""

    systolic: int
    diastolic: int
    heart_rate: int
    resp_rate: int
    temperature: Decimal
    spo2: int
    creatinine: Decimal
    bilirubin: Decimal
    platelets: int
    bicarbonate: int
    weight: Decimal
    urine_ml_h: int
    stool_ml_h: int


@dataclass(frozen=True, slots=True)
class Person:
    """One invented patient: values when well, values at their worst, and the systolic target they are held to.

    ``needs`` is what keeps the pressure up at the worst: none, bolus (grade 2) or vasopressor (grade 3 and 4).
    """

    well: Values
    worst: Values
    target_sbp: int
    needs: str
    susceptibility: Susceptibility


def person(susceptibility: Susceptibility, random: Random, *, weight_kg: Decimal) -> Person:
    """Make up one patient of ``weight_kg`` who would take ten doses as ``susceptibility`` says."""
    well = _well(random, weight_kg)
    target = 90 if well.systolic > 120 else 85
    grade = susceptibility.grade
    worst = Values(
        systolic=target - _between(BELOW_TARGET, grade(Effect.HYPOTENSION), random),
        diastolic=random.randint(42, 50),
        heart_rate=_between(RATE, grade(Effect.TACHYCARDIA), random),
        resp_rate=random.randint(20, 24) + 2 * grade(Effect.DYSPNEA),
        temperature=_tenths(_between(TEMPERATURE, grade(Effect.FEVER), random)),
        spo2=_between(SPO2, grade(Effect.DYSPNEA), random),
        creatinine=_risen(well.creatinine, CREATININE_ABOVE, grade(Effect.CREATININE), random, Decimal("1.1")),
        bilirubin=_risen(well.bilirubin, BILIRUBIN_ABOVE, grade(Effect.BILIRUBIN), random, Decimal("1.1")),
        platelets=_between(PLATELETS, grade(Effect.THROMBOCYTOPENIA), random) // 10,
        bicarbonate=random.randint(20, 22),
        weight=weight_kg + _tenths(random.randint(25, 60)),
        urine_ml_h=_between(URINE_ML_H, grade(Effect.ANURIA), random),
        stool_ml_h=_between(STOOL_ML_H, grade(Effect.DIARRHEA), random),
    )
    needs = ("none", "none", "bolus", "vasopressor", "vasopressor")[grade(Effect.HYPOTENSION)]
    return Person(well, worst, target, needs, susceptibility)


def _well(random: Random, weight_kg: Decimal) -> Values:
    return Values(
        systolic=random.randint(114, 134),
        diastolic=random.randint(66, 80),
        heart_rate=random.randint(66, 80),
        resp_rate=random.randint(13, 17),
        temperature=_tenths(random.randint(364, 369)),
        spo2=random.randint(97, 99),
        creatinine=_tenths(random.randint(7, 10)),
        bilirubin=_tenths(random.randint(4, 8)),
        platelets=random.randint(205, 300),
        bicarbonate=random.randint(24, 26),
        weight=weight_kg,
        urine_ml_h=random.randint(70, 110),
        stool_ml_h=0,
    )


def _between(table: tuple[tuple[int, int], ...], grade: int, random: Random) -> int:
    return random.randint(*table[grade])


def _tenths(number: int) -> Decimal:
    return Decimal(number) / 10


def _risen(
    well: Decimal, table: tuple[tuple[int, int], ...], grade: int, random: Random, most_when_none: Decimal
) -> Decimal:
    if grade == 0:
        return min(well + Decimal("0.2"), most_when_none)
    return _tenths(_between(table, grade, random))
