"""How bad did it get: the worst of several grades of one term, and the worst of each stretch of time?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class GradedAt:
    """One grade of one term at one instant; ``grade`` None: could not be graded, never to be read as 0.

    ``at_least``: a higher grade is left open. ``proposed``: no clinician has confirmed it; it counts all the same.
    ``source`` is what was looked at where several things grade the same term, each on its own: one of them being well
    says nothing of the other.
    """

    observed_at: datetime
    grade: int | None
    at_least: bool = False
    proposed: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst grade seen; ``grade`` None: something was looked at and nothing could be graded.

    ``observed_at`` is when it was first reached. ``at_least``: one of the grades that high leaves a higher one open.
    ``proposed``: no clinician has confirmed any of the grades that high. ``has_ungraded``: beside it stood something
    that could not be graded, so it may have been worse.
    """

    grade: int | None
    observed_at: datetime
    at_least: bool = False
    proposed: bool = False
    has_ungraded: bool = False


def worst_of(points: Iterable[GradedAt]) -> Worst | None:
    """Return the worst of ``points``; None when there are none. Order and repetition never change it."""
    seen = list(points)
    return worst_of_some(seen) if seen else None


def worst_of_some(seen: Sequence[GradedAt]) -> Worst:
    """Return the worst of at least one point."""
    graded = [(point.grade, point) for point in seen if point.grade is not None]
    if not graded:
        return Worst(None, min(point.observed_at for point in seen), has_ungraded=True)
    top = max(grade for grade, _ in graded)
    at_top = [point for grade, point in graded if grade == top]
    return Worst(
        grade=top,
        observed_at=min(point.observed_at for point in at_top),
        at_least=any(point.at_least for point in at_top),
        proposed=all(point.proposed for point in at_top),
        has_ungraded=len(graded) < len(seen),
    )


def worst_by_stretch(points: Iterable[GradedAt], ends: Sequence[datetime]) -> tuple[Worst | None, ...]:
    """Return the worst of each stretch of time; ``ends`` rise.

    A stretch is what lies after the end before it (exclusive) up to its own (inclusive); the first has no beginning
    and the last no end, so that every point lies in exactly one.
    """
    stretches: list[list[GradedAt]] = [[] for _ in ends]
    for point in points if ends else ():
        stretches[min(bisect_left(ends, point.observed_at), len(ends) - 1)].append(point)
    return tuple(worst_of(stretch) for stretch in stretches)
