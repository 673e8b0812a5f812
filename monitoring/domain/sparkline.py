"""How is the course of one value drawn small, and what does it say to somebody who cannot see it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

WIDTH, HEIGHT, EDGE = 160, 40, 4
MOST_POINTS = 24
MILLISECOND = timedelta(milliseconds=1)
# Less than a twentieth of the first value is no direction.
STEADY = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Point:
    """One value at its time, as it was sent."""

    at: datetime
    value: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Sparkline:
    """``dots`` are x, y in a field of 160 by 40, the oldest first; ``direction`` is rising, falling or steady."""

    dots: tuple[tuple[int, int], ...]
    first: Point
    last: Point
    direction: str
    values: tuple[str, ...]

    @property
    def line(self) -> str:
        """The dots as SVG's ``points``."""
        return " ".join(f"{x},{y}" for x, y in self.dots)

    @property
    def end(self) -> tuple[int, int]:
        """Where the newest value stands."""
        return self.dots[-1]


def sparkline(points: Sequence[Point]) -> Sparkline | None:
    """Return the drawing of two or more values, thinned to 24 with the newest kept; None for fewer."""
    rows = sorted(points, key=lambda one: one.at)
    if len(rows) < 2:
        return None
    step = -(-len(rows) // MOST_POINTS)
    kept = rows[::-1][::step][::-1]
    low, high = min(one.value for one in kept), max(one.value for one in kept)
    span = (kept[-1].at - kept[0].at) // MILLISECOND

    def dot(one: Point) -> tuple[int, int]:
        along = Decimal((one.at - kept[0].at) // MILLISECOND) / span if span else Decimal(1)
        up = (one.value - low) / (high - low) if high > low else Decimal("0.5")
        return EDGE + round(along * (WIDTH - 2 * EDGE)), HEIGHT - EDGE - round(up * (HEIGHT - 2 * EDGE))

    return Sparkline(
        tuple(dot(one) for one in kept), kept[0], kept[-1], _direction(kept), tuple(one.text for one in kept)
    )


def _direction(points: Sequence[Point]) -> str:
    first, last = points[0].value, points[-1].value
    if abs(last - first) <= abs(first) * STEADY:
        return "steady"
    return "rising" if last > first else "falling"
