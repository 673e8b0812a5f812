"""Whether a value can be true of a living patient: believable, unlikely, or impossible."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from monitoring.domain.interval import Interval
from monitoring.domain.observable import Plausible


class Plausibility(StrEnum):
    """Believable is graded; unlikely is graded and marked; impossible is kept, shown and never graded."""

    BELIEVABLE = "believable"
    UNLIKELY = "unlikely"
    IMPOSSIBLE = "impossible"


def plausibility(value: Interval, limits: Plausible) -> Plausibility:
    """Judge ``value`` (contract unit); exactly on a limit is inside it.

    A value with a comparator is impossible only when every number it allows is: ``>600`` stays possible
    when 600 is. It is unlikely when every number it allows is at least unlikely.
    """
    if _outside(value, limits.impossible_below, limits.impossible_above):
        return Plausibility.IMPOSSIBLE
    if _outside(value, limits.unlikely_below, limits.unlikely_above):
        return Plausibility.UNLIKELY
    return Plausibility.BELIEVABLE


def _outside(value: Interval, low: Decimal | None, high: Decimal | None) -> bool:
    too_low = low is not None and value.is_below(low) is True
    return too_low or (high is not None and value.is_above(high) is True)
