"""How long a temperature has stayed above a limit, as far as its readings can say."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain, pairwise
from typing import TypeVar

from dosing.domain.snapshot import Reading, Status
from monitoring.domain.interval import between

T = TypeVar("T")
Holds = Callable[[Reading], bool | None]
_FIRM = (Status.FINAL, Status.AMENDED, Status.CORRECTED)

# A reading speaks for the time until the next one for as long as a temperature counts as present at all.
SPEAKS_FOR = timedelta(hours=2)
UNKNOWN_LENGTH = timedelta.max

VERY_HIGH_CEL = Decimal("40.0")  # CTCAE 3.0 to 6.0, fever: grade 3 and 4 part at 24 h above it
SUSTAINED_CEL = Decimal("38.0")  # CTCAE 4.03 to 6.0, febrile neutropenia: sustained for more than one hour
SUSTAINED_OVER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Lasted:
    """How long it lasted: ``at_least`` is proven by readings, ``at_most`` is what they leave open, inclusive.

    ``at_most`` is ``UNKNOWN_LENGTH`` when no reading says when it began.
    """

    at_least: timedelta
    at_most: timedelta


def time_above(readings: Sequence[Reading], until: datetime, holds: Holds) -> Lasted:
    """Return how long ``holds`` has been true at ``until``, where the newest reading says it is.

    Policy for the gaps between readings: up to ``SPEAKS_FOR`` (2 h, inclusive) between two readings that both hold
    it is held to have lasted; over a longer gap it is neither assumed to have lasted nor to have ended, so the
    proven length begins after the gap and the possible one goes on before it. It began, at the earliest, right
    after the last reading that does not hold. A reading nobody can use says nothing; of two at one instant the
    one that holds counts.
    """
    said = _said(readings, holds)
    proven_since = reached = until
    for instant in sorted((each for each in said if each <= until), reverse=True):
        if not said[instant]:
            return Lasted(until - proven_since, until - instant)
        if proven_since == reached and reached - instant <= SPEAKS_FOR:
            proven_since = instant
        reached = instant
    return Lasted(until - proven_since, UNKNOWN_LENGTH)


def _said(readings: Iterable[Reading], holds: Holds) -> dict[datetime, bool]:
    said: dict[datetime, bool] = {}
    for one in readings:
        answer = holds(one)
        if answer is not None:
            said[one.observed_at] = said.get(one.observed_at, False) or answer
    return said


class Telling:
    """Readings of a patient, oldest first, of which few tell how long a temperature has stayed above a limit.

    In the midst of a stretch in which ``holds`` is true a reading is left out while no more than ``SPEAKS_FOR``
    passes between those that are left: ``time_above`` says the same without it. A minute's feed of a day's fever has
    over a thousand readings, and each of them asks anew. ``holds`` None: nothing is left out.
    """

    def __init__(self, readings: Sequence[Reading], holds: Holds | None) -> None:
        firm = [one for one in readings if one.status in _FIRM]
        said = {} if holds is None else _said(firm, holds)
        midst = _midst(sorted(said), said)
        self._readings, self._instants = readings, sorted(said)
        self._few = [one for one in readings if one.observed_at not in midst or holds is None or holds(one) is None]

    def within(self, since: datetime, until: datetime) -> list[Reading]:
        """Return what tells of the time from ``since`` until ``until`` (both inclusive), its ends in full."""
        said = _within(self._instants, since, until, lambda instant: instant)
        ends = [_within(self._readings, end, end, _instant) for end in dict.fromkeys((*said[:1], *said[-1:]))]
        return list(chain(_within(self._few, since, until, _instant), *ends))


def _midst(instants: Sequence[datetime], said: Mapping[datetime, bool]) -> set[datetime]:
    midst: set[datetime] = set()
    left = instants[0] if instants else None
    for instant, after in pairwise(instants[1:]):
        if left is not None and said[left] and said[instant] and said[after] and after - left <= SPEAKS_FOR:
            midst.add(instant)
        else:
            left = instant
    return midst


def _within(found: Sequence[T], since: datetime, until: datetime, at: Callable[[T], datetime]) -> Sequence[T]:
    return found[bisect_left(found, since, key=at) : bisect_right(found, until, key=at)]


def _instant(reading: Reading) -> datetime:
    return reading.observed_at


def above_40(reading: Reading) -> bool | None:
    """Whether the reading is above 40.0 degrees Celsius; None when it cannot be read or leaves both open."""
    return None if reading.value is None else between(reading.value, reading.comparator).is_above(VERY_HIGH_CEL)


def is_sustained(readings: Sequence[Reading], until: datetime) -> bool | None:
    """Whether the temperature has been 38.0 or more for over an hour at ``until``; None when nobody can say."""
    lasted = time_above(readings, until, _at_38)
    if lasted.at_least > SUSTAINED_OVER:
        return True
    return False if lasted.at_most <= SUSTAINED_OVER else None


def _at_38(reading: Reading) -> bool | None:
    if reading.value is None:
        return None
    is_below = between(reading.value, reading.comparator).is_below(SUSTAINED_CEL)
    return None if is_below is None else not is_below
