"""What would be measured on this invented patient at this hour? The model: well, worst, and how far between.

Every value lies between the patient's value when well and the one at their worst, moved by the acute curve (pressure,
rate, temperature, part of the urine) or the slow one (the rest), with a small seeded noise that depends only on the
patient's seed, the value's name and the minute: the same minute always reads the same. `docs/simulation.md` tells more.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from monitoring.simulation.person import Person, Values
from monitoring.simulation.timing import Level, level

TENTH = Decimal("0.1")


def values(person: Person, *, hour: Decimal, doses: Sequence[Decimal], seed: str) -> Values:
    """Return what would be measured at ``hour`` after doses started at ``doses`` (hours on the same scale)."""
    return values_at(person, level(hour, doses), seed=f"{seed}:{int(hour * 60)}")


def values_at(person: Person, felt: Level, *, seed: str) -> Values:
    """Return what would be measured at this level; ``seed`` fixes the noise."""
    noise = Random(seed)  # noqa: S311 - invented patients, not secrets
    well, worst = person.well, person.worst
    acute, slow = felt.acute, felt.slow
    mixed = (acute * 4 + slow * 6) / 10
    return Values(
        systolic=_whole(well.systolic, worst.systolic, acute) + noise.randint(-2, 2),
        diastolic=_whole(well.diastolic, worst.diastolic, acute) + noise.randint(-2, 2),
        heart_rate=_whole(well.heart_rate, worst.heart_rate, acute) + noise.randint(-1, 1),
        resp_rate=_whole(well.resp_rate, worst.resp_rate, slow) + noise.randint(-1, 1),
        temperature=_fine(well.temperature, worst.temperature, acute),
        spo2=min(_whole(well.spo2, worst.spo2, slow), 100),
        creatinine=_fine(well.creatinine, worst.creatinine, slow),
        bilirubin=_fine(well.bilirubin, worst.bilirubin, slow),
        platelets=max(_whole(well.platelets, worst.platelets, slow), 3),
        bicarbonate=_whole(well.bicarbonate, worst.bicarbonate, slow),
        weight=_fine(well.weight, worst.weight, slow),
        urine_ml_h=max(_whole(well.urine_ml_h, worst.urine_ml_h, mixed) + noise.randint(-2, 2), 0),
        stool_ml_h=max(_whole(well.stool_ml_h, worst.stool_ml_h, slow), 0),
    )


def _whole(well: int, worst: int, part: Decimal) -> int:
    return int((Decimal(well) + (worst - well) * part).to_integral_value())


def _fine(well: Decimal, worst: Decimal, part: Decimal) -> Decimal:
    return (well + (worst - well) * part).quantize(TENTH)
