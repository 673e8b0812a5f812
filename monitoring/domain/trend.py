"""How do the values of one observable follow each other in time, where are they marked, and where is there a gap?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

LEAST_STRETCH = timedelta(minutes=10)
STRETCHES = 150


class Mark(StrEnum):
    """What is special about a value; only a plain or an unlikely one is joined to its neighbours by a line."""

    PLAIN = ""
    UNLIKELY = "unlikely"
    INEXACT = "inexact"
    PRELIMINARY = "preliminary"
    UNUSABLE = "unusable"
    STRUCK = "struck"


@dataclass(frozen=True, slots=True)
class Point:
    """One value in the chart's unit; ``value`` None: it has none that could be drawn, and ``note`` says why.

    ``low`` is the diastolic pressure under a systolic ``value``. ``since`` is the begin of a volume charted over an
    interval. ``shown`` is the text as it is read. ``is_feed``: a monitor sent it and nobody looked.
    ``after_gap``: no line may reach it from the point before.
    """

    at: datetime
    value: Decimal | None
    shown: str
    mark: Mark = Mark.PLAIN
    note: str = ""
    low: Decimal | None = None
    since: datetime | None = None
    is_feed: bool = False
    after_gap: bool = False

    @property
    def is_joined(self) -> bool:
        """Whether a line may pass through it."""
        return self.value is not None and self.mark in (Mark.PLAIN, Mark.UNLIKELY)


def with_gaps(points: Iterable[Point], *, longest: timedelta) -> tuple[Point, ...]:
    """Return the points oldest first, each saying whether a gap lies before it.

    A gap is more than ``longest`` between two points that may be joined; exactly ``longest`` is none. What is marked
    as struck or unusable neither ends a gap nor makes one.
    """
    found: list[Point] = []
    before: datetime | None = None
    for point in sorted(points, key=lambda one: one.at):
        gap = point.is_joined and before is not None and point.at - before > longest
        found.append(replace(point, after_gap=gap))
        before = point.at if point.is_joined else before
    return tuple(found)


def thinned(points: Sequence[Point], *, span: timedelta) -> tuple[Point, ...]:
    """Keep of a monitor's feed the newest, the lowest and the highest of each stretch of time; all else is kept whole.

    A stretch is a 150th of ``span``, ten minutes at the least: no extreme is lost, however long the picture.
    """
    stretch = max(span / STRETCHES, LEAST_STRETCH)
    kept: list[Point] = []
    feed: dict[int, list[Point]] = defaultdict(list)
    for point in points:
        if point.is_feed and point.value is not None:
            feed[int(point.at.timestamp() / stretch.total_seconds())].append(point)
        else:
            kept.append(point)
    for together in feed.values():
        kept.extend(_extremes(together))
    return tuple(sorted(kept, key=lambda one: one.at))


def _extremes(points: Sequence[Point]) -> list[Point]:
    """The newest, lowest and highest of each mark: an artefact does not push a true extreme out."""
    chosen: dict[int, Point] = {}
    for mark in {one.mark for one in points}:
        alike = [one for one in points if one.mark == mark]
        ends = (max(alike, key=lambda one: one.at), min(alike, key=_lowest), max(alike, key=_highest))
        chosen |= {id(one): one for one in ends}
    return list(chosen.values())


def _highest(point: Point) -> Decimal:
    return point.value if point.value is not None else Decimal(0)


def _lowest(point: Point) -> Decimal:
    return point.low if point.low is not None else _highest(point)
