"""Does a value, known exactly or only as a range, lie within given limits?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from dosing.domain.outcome import State
from dosing.domain.protocol import Limits


@dataclass(frozen=True, slots=True)
class Interval:
    """All a number may be. ``high`` None means no upper end; an end belongs to it unless open."""

    low: Decimal
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False

    def __add__(self, other: Interval) -> Interval:
        high = None if self.high is None or other.high is None else self.high + other.high
        return Interval(self.low + other.low, high, self.low_open or other.low_open, self.high_open or other.high_open)

    @property
    def from_zero(self) -> Interval:
        """The same with its lower end at 0: of this amount, any part may count."""
        return Interval(ZERO, self.high, False, self.high_open)

    @property
    def unbounded(self) -> Interval:
        """The same without an upper end: more may have come that nobody recorded."""
        return Interval(self.low, None, self.low_open)


ZERO = Decimal(0)
NOTHING = Interval(ZERO, ZERO)
ANYTHING = Interval(ZERO, None)


def interval_of(value: Decimal, comparator: str | None) -> Interval:
    """Return what a result with a comparator leaves open; "<0.5" is 0 to below 0.5. Values are never negative."""
    if comparator is None:
        return Interval(value, value)
    if comparator in ("<", "<="):
        return Interval(min(ZERO, value), value, False, comparator == "<")
    if comparator in (">", ">="):
        return Interval(value, None, comparator == ">")
    raise ValueError(f"comparator {comparator!r} is not one of <, <=, >, >=")


def highest(intervals: Iterable[Interval]) -> Interval:
    """Return the maximum of several unknown numbers as an interval; of none, exactly 0."""
    top = NOTHING
    for each in intervals:
        top = _higher(top, each)
    return top


def _higher(one: Interval, two: Interval) -> Interval:
    low, low_open = max((one.low, one.low_open), (two.low, two.low_open))
    if one.high is None or two.high is None:
        return Interval(low, None, low_open)
    high, closed = max((one.high, not one.high_open), (two.high, not two.high_open))
    return Interval(low, high, low_open, not closed)


def scaled(limits: Limits, scale: Callable[[Decimal], Decimal]) -> Limits:
    """Return the limits with each number passed through ``scale`` (which must be increasing)."""
    return Limits(
        at_least=None if limits.at_least is None else scale(limits.at_least),
        above=None if limits.above is None else scale(limits.above),
        at_most=None if limits.at_most is None else scale(limits.at_most),
        below=None if limits.below is None else scale(limits.below),
    )


def judge(value: Interval, limits: Limits) -> State:
    """MET when every possible value lies within the limits, NOT_MET when none does, else UNKNOWN."""
    lower = _above_lower(value, limits)
    upper = _below_upper(value, limits)
    if State.NOT_MET in (lower, upper):
        return State.NOT_MET
    return State.MET if lower is upper is State.MET else State.UNKNOWN


def _above_lower(value: Interval, limits: Limits) -> State:
    if limits.at_least is not None:
        inside = value.low >= limits.at_least
        outside = value.high is not None and (
            value.high < limits.at_least or (value.high == limits.at_least and value.high_open)
        )
    elif limits.above is not None:
        inside = value.low > limits.above or (value.low == limits.above and value.low_open)
        outside = value.high is not None and value.high <= limits.above
    else:
        return State.MET
    return _state(inside=inside, outside=outside)


def _below_upper(value: Interval, limits: Limits) -> State:
    if limits.at_most is not None:
        inside = value.high is not None and value.high <= limits.at_most
        outside = value.low > limits.at_most or (value.low == limits.at_most and value.low_open)
    elif limits.below is not None:
        inside = value.high is not None and (
            value.high < limits.below or (value.high == limits.below and value.high_open)
        )
        outside = value.low >= limits.below
    else:
        return State.MET
    return _state(inside=inside, outside=outside)


def _state(*, inside: bool, outside: bool) -> State:
    if inside:
        return State.MET
    return State.NOT_MET if outside else State.UNKNOWN
