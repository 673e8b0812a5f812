"""How strongly are the doses so far felt at one hour? Two pure curves, no clock, no chance.

``acute`` follows the hours after a dose: chills within 2 h, fever, fast pulse and lowest pressure at 2-4 h (standing
order and JITC 2014 table 2, as `docs/simulation.md` cites them). ``slow`` builds up over the cycle and fades over days:
kidney, liver, platelets, fluid. Both are 0 before the first dose; ``slow`` is 1 at its highest over ten doses
given every 8 h, ``acute`` is 1 about 4 h after the eighth dose of such a cycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

PEAK_H = Decimal(4)
RISE_H = Decimal(10)
FADE_H = Decimal(60)
REFERENCE_DOSES = 10
INTERVAL_H = 8
FULL_AT_DOSE = 8
FIRST_SHARE = Decimal("0.45")
MOST = Decimal("1.15")
PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Level:
    """How strongly the doses are felt: 0 not at all, 1 as the reference cycle at its worst, at most 1.15."""

    acute: Decimal
    slow: Decimal


def level(hour: Decimal, doses: Sequence[Decimal]) -> Level:
    """Return the level at ``hour`` after doses started at ``doses`` (hours on the same scale, ascending)."""
    acute = max((_share(i) * _after(hour - start) for i, start in enumerate(doses)), default=Decimal(0))
    slow = _build_up(hour, doses) / _reference()
    return Level(acute.quantize(PLACES), min(slow, MOST).quantize(PLACES))


def _after(since: Decimal) -> Decimal:
    """The shape of one dose's acute effect, 1 at its peak."""
    if since <= 0:
        return Decimal(0)
    part = since / PEAK_H
    return (part * (1 - part).exp()) ** 2


def _share(index: int) -> Decimal:
    """The first doses are taken better than the later ones."""
    reached = min(Decimal(index) / (FULL_AT_DOSE - 1), Decimal(1))
    return FIRST_SHARE + (1 - FIRST_SHARE) * reached


def _build_up(hour: Decimal, doses: Sequence[Decimal]) -> Decimal:
    return sum((_one(hour - start) for start in doses if start < hour), start=Decimal(0))


def _one(since: Decimal) -> Decimal:
    return (1 - (-since / RISE_H).exp()) * (-since / FADE_H).exp()


@lru_cache(maxsize=1)
def _reference() -> Decimal:
    doses = [Decimal(INTERVAL_H * index) for index in range(REFERENCE_DOSES)]
    return max(_build_up(Decimal(hour), doses) for hour in range(REFERENCE_DOSES * INTERVAL_H, 120))
