"""How much urine was passed in the windows that a term asks about, and how far that is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from dosing.domain.snapshot import Reading
from dosing.domain.volumes import volume_between
from monitoring.domain.ctcae import TermRule
from monitoring.domain.interval import Interval
from monitoring.domain.preconditions import in_hours

URINE = "urine_output"


def windows_of(rule: TermRule) -> tuple[timedelta, ...]:
    """The windows that the printed limits of a term are summed over, shortest first."""
    clauses = (clause for row in rule.rows for clause in row.clauses)
    return tuple(sorted({clause.window for clause in clauses if clause.window is not None}))


def volumes(
    readings: Sequence[Reading], ended_at: datetime, windows: Iterable[timedelta]
) -> Mapping[timedelta, Interval]:
    """Return the volume (mL) charted over each window that ends at ``ended_at``.

    Intervals are added up; one that reaches out of the window may have any part of its volume inside. A missing
    hour is unknown, not zero: the sum then has no upper end. An entry nobody can read may be any volume.
    """
    return {window: _volume(readings, ended_at, window) for window in windows}


def _volume(readings: Sequence[Reading], ended_at: datetime, window: timedelta) -> Interval:
    known = volume_between(readings, ended_at - window, ended_at, low_is_worse=True).volume
    return Interval(known.low, known.high, not known.low_open, not known.high_open)


def in_words(known: Mapping[timedelta, Interval]) -> str:
    """The sums for people: exact, or at least what was charted."""
    parts = []
    for window, volume in known.items():
        sign = "" if volume.exact is not None else "at least "
        parts.append(f"{sign}{volume.low:f} mL in {in_hours(window)}")
    return ", ".join(parts)
