"""How long a temperature has stayed above a limit, as far as its readings can say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from dosing.domain.snapshot import Reading
from monitoring.domain.interval import between

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


def time_above(readings: Sequence[Reading], until: datetime, holds: Callable[[Reading], bool | None]) -> Lasted:
    """Return how long ``holds`` has been true at ``until``, where the newest reading says it is.

    Policy for the gaps between readings: up to ``SPEAKS_FOR`` (2 h, inclusive) between two readings that both hold
    it is held to have lasted; over a longer gap it is neither assumed to have lasted nor to have ended, so the
    proven length begins after the gap and the possible one goes on before it. It began, at the earliest, right
    after the last reading that does not hold. A reading nobody can use says nothing; of two at one instant the
    one that holds counts.
    """
    said: dict[datetime, bool] = {}
    for one in readings:
        answer = holds(one)
        if answer is not None:
            said[one.observed_at] = said.get(one.observed_at, False) or answer
    proven_since = reached = until
    for instant in sorted((each for each in said if each <= until), reverse=True):
        if not said[instant]:
            return Lasted(until - proven_since, until - instant)
        if proven_since == reached and reached - instant <= SPEAKS_FOR:
            proven_since = instant
        reached = instant
    return Lasted(until - proven_since, UNKNOWN_LENGTH)


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
