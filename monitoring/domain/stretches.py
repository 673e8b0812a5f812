"""Which numbers stand for all that a comparator leaves open: one for every stretch with a single grade."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from monitoring.domain.band import Band
from monitoring.domain.interval import ZERO, Interval
from monitoring.domain.units import EXACT

_TWO = Decimal(2)


def stand_ins(value: Interval, bands: Iterable[Band]) -> list[Decimal]:
    """Return every limit inside ``value``, a number between each two neighbours, and its ends where they belong.

    Between two neighbouring limits no clause changes its answer, so these numbers give every possible grade.
    """
    limits = {end for band in bands for end, _ in band.lowers + band.uppers if end is not None}
    low = value.low if value.low is not None else ZERO
    high = value.high if value.high is not None else EXACT.add(max([low, *limits]), Decimal(1))
    marks = sorted({low, high, *(limit for limit in limits if low < limit < high)})
    chosen = [EXACT.divide(EXACT.add(left, right), _TWO) for left, right in pairwise(marks)] + marks[1:-1]
    ends = ((value.low, value.low_closed), (value.high, value.high_closed))
    return chosen + [end for end, closed in ends if end is not None and closed]
