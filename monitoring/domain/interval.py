"""Which numbers a measured value can stand for, and how they lie to a limit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers a result leaves possible; ``low``/``high`` None means unbounded on that side.

    A plain value has ``low == high`` and both ends closed. ``>2.0`` is everything strictly above 2.0.
    No result is below zero: an upper comparator such as ``<0.5`` starts at zero, inclusive.
    """

    low: Decimal | None
    high: Decimal | None
    low_closed: bool = True
    high_closed: bool = True

    @property
    def exact(self) -> Decimal | None:
        """The one number this is, or None where a comparator leaves several."""
        return self.low if self.low is not None and self.low == self.high else None

    def is_below(self, limit: Decimal) -> bool | None:
        """Whether every number is strictly below ``limit``; None when only some are."""
        if self.high is not None and (self.high < limit or (self.high == limit and not self.high_closed)):
            return True
        if self.low is not None and self.low >= limit:
            return False
        return None

    def is_above(self, limit: Decimal) -> bool | None:
        """Whether every number is strictly above ``limit``; None when only some are."""
        if self.low is not None and (self.low > limit or (self.low == limit and not self.low_closed)):
            return True
        if self.high is not None and self.high <= limit:
            return False
        return None


ZERO = Decimal(0)


def point(value: Decimal) -> Interval:
    """The interval that is exactly ``value``."""
    return Interval(value, value)


def between(value: Decimal, comparator: str | None) -> Interval:
    """Return the numbers that ``comparator`` (``<``, ``<=``, ``>``, ``>=`` or None) and ``value`` allow.

    Raises ValueError for any other comparator.
    """
    if comparator is None:
        return Interval(value, value)
    if comparator in ("<", "<="):
        return Interval(ZERO, value, high_closed=comparator == "<=")
    if comparator in (">", ">="):
        return Interval(value, None, low_closed=comparator == ">=")
    raise ValueError(f"unknown comparator {comparator!r}")
