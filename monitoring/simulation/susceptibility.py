"""How badly does one invented patient take high-dose IL-2? Drawn from a published table, seeded.

The table is table II of the University of Minnesota series (15 patients, 600,000 IU/kg, CTCAE 3.0; Anticancer Res
2009;29:4189, citation recalled, to be checked). Modelled rows: hypotension, tachycardia, thrombocytopenia, increased
creatinine, hyperbilirubinemia, fever, diarrhea, anuria, dyspnea. Its other rows are bedside findings or laboratory
values that this service does not simulate. The table gives grade 3, grade 4 and all grades; what is neither 3 nor 4
is split evenly between grades 1 and 2 (our assumption).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Effect(StrEnum):
    """One modelled row of the table."""

    HYPOTENSION = "hypotension"
    TACHYCARDIA = "tachycardia"
    THROMBOCYTOPENIA = "thrombocytopenia"
    CREATININE = "creatinine"
    BILIRUBIN = "bilirubin"
    FEVER = "fever"
    DIARRHEA = "diarrhea"
    ANURIA = "anuria"
    DYSPNEA = "dyspnea"


@dataclass(frozen=True, slots=True)
class Frequency:
    """Patients in a thousand whose worst grade is 3, is 4, or is any grade at all."""

    grade_3: int
    grade_4: int
    any_grade: int


PUBLISHED: Mapping[Effect, Frequency] = {
    Effect.HYPOTENSION: Frequency(67, 67, 467),
    Effect.TACHYCARDIA: Frequency(0, 0, 133),
    Effect.THROMBOCYTOPENIA: Frequency(133, 0, 667),
    Effect.CREATININE: Frequency(0, 0, 67),
    Effect.BILIRUBIN: Frequency(267, 0, 400),
    Effect.FEVER: Frequency(133, 0, 467),
    Effect.DIARRHEA: Frequency(67, 0, 267),
    Effect.ANURIA: Frequency(67, 0, 133),
    Effect.DYSPNEA: Frequency(67, 0, 267),
}


@dataclass(frozen=True, slots=True)
class Susceptibility:
    """The worst grade this patient would reach in one cycle of ten doses, for every modelled effect (0: none)."""

    worst: Mapping[Effect, int]

    def grade(self, effect: Effect) -> int:
        """Return the worst grade of ``effect``, 0 to 4."""
        return self.worst.get(effect, 0)


def drawn(random: Random) -> Susceptibility:
    """Draw one patient. The effects are drawn independently: fifteen patients show no correlation to fit."""
    return Susceptibility({effect: _grade(frequency, random) for effect, frequency in PUBLISHED.items()})


def _grade(frequency: Frequency, random: Random) -> int:
    lot = random.randrange(1000)
    if lot < frequency.grade_4:
        return 4
    if lot < frequency.grade_4 + frequency.grade_3:
        return 3
    if lot < frequency.any_grade:
        return random.choice((1, 2))
    return 0
