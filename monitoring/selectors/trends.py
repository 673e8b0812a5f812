"""How did a course's values go, what was given meanwhile, and which limits were they held against?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dosing.domain.wording import plain
from dosing.models import Course
from dosing.selectors.courses import CourseRules, rules_of
from monitoring.domain.reading import MeasuredReading
from monitoring.domain.standing import VOID
from monitoring.domain.trend import Mark, Point, thinned, with_gaps
from monitoring.models import Observation
from monitoring.selectors import board_words as words
from monitoring.selectors.course_rules import grading_rules_of
from monitoring.selectors.grading_context import weight_at
from monitoring.selectors.trend_limits import TrendLimit, limits_of_trends
from monitoring.selectors.trend_marks import TrendMark, marks_of
from monitoring.selectors.trend_points import point_of

# Newest first: a monitor that sends every minute fills this in about two days and a half of four vital signs.
MOST_ROWS = 15_000
DAY_BEFORE = timedelta(hours=24)
TOGETHER = timedelta(minutes=5)
SPANS: Mapping[str, timedelta | None] = {
    "24h": timedelta(hours=24),
    "72h": timedelta(hours=72),
    "7d": timedelta(days=7),
    "course": None,
}
SPAN_WORDS = {"24h": "24 hours", "72h": "3 days", "7d": "7 days", "course": "Whole course"}
# How a chart draws: bars between two pressures, a line through points, or a block over the interval of a volume.
CHARTS = (
    ("bp_systolic", "Blood pressure", "bars"),
    ("heart_rate", "Heart rate", "line"),
    ("spo2", "Oxygen saturation", "line"),
    ("temperature", "Temperature", "line"),
    ("creatinine", "Creatinine", "line"),
    ("bilirubin_total", "Bilirubin, total", "line"),
    ("platelets", "Platelets", "line"),
    ("urine_output", "Urine", "blocks"),
    ("weight", "Weight", "line"),
)
ON_THE_COURSE_PAGE = ("bp_systolic", "heart_rate", "creatinine")


@dataclass(frozen=True, slots=True)
class Chart:
    """One observable over the time of the picture, oldest first; ``unit`` is what every number of it is in."""

    key: str
    name: str
    draws: str
    unit: str
    points: tuple[Point, ...]
    limits: tuple[TrendLimit, ...]

    @property
    def joined(self) -> list[Point]:
        """The values that count, oldest first."""
        return [one for one in self.points if one.is_joined]

    @property
    def latest(self) -> Point | None:
        """The newest value that counts; None without one."""
        return self.joined[-1] if self.joined else None

    @property
    def previous(self) -> Point | None:
        """The one before the newest; None without one."""
        return self.joined[-2] if len(self.joined) > 1 else None


@dataclass(frozen=True, slots=True)
class Trends:
    """What the page draws: from ``since`` (exclusive) until ``until`` (inclusive). ``left_out``: there was more."""

    course: Course
    since: datetime
    until: datetime
    span: str
    charts: tuple[Chart, ...]
    marks: tuple[TrendMark, ...]
    left_out: bool


def trends_of(course: Course, at: datetime, *, span: str, only: Sequence[str] = ()) -> Trends:
    """Everything to draw of the stretch ``span`` (a key of ``SPANS``) before ``at``, or before the course's end.

    It begins no earlier than the day before the course was opened.
    ``only`` names the charts wanted; () means all of them.
    """
    until = min(at, course.ended_at) if course.ended_at is not None else at
    length = SPANS[span]
    begin = course.opened_at - DAY_BEFORE
    since = begin if length is None else max(begin, until - length)
    charts = [one for one in CHARTS if not only or one[0] in only]
    rows = rows_of(course, [key for key, _, _ in charts], since=since, until=until)
    drawn = _charts(course, charts, rows[:MOST_ROWS], until)
    return Trends(
        course=course,
        since=since,
        until=until,
        span=span,
        charts=tuple(replace(one, points=_ready(one, rules_of(course), until - since)) for one in drawn),
        marks=marks_of(course, since=since, until=until),
        left_out=len(rows) > MOST_ROWS,
    )


def rows_of(course: Course, keys: Sequence[str], *, since: datetime, until: datetime) -> list[Observation]:
    """The rows of the charts, newest first, one more than is drawn when there are more."""
    wanted = [*keys, *(["bp_diastolic"] if "bp_systolic" in keys else [])]
    rows = Observation.objects.filter(
        patient=course.patient_id, observable__in=wanted, observed_at__gt=since, observed_at__lte=until
    ).exclude(status__in=[one.value for one in VOID])
    return list(rows.select_related("replaced_by").order_by("-observed_at", "-id")[: MOST_ROWS + 1])


def _charts(
    course: Course, wanted: Sequence[tuple[str, str, str]], rows: Sequence[Observation], until: datetime
) -> list[Chart]:
    observables, weight_kg = grading_rules_of(course).observables, weight_at(course, until)
    by_key: dict[str, list[tuple[Point, MeasuredReading]]] = {}
    for row in rows:
        by_key.setdefault(row.observable, []).append(point_of(row, observables, weight_kg))
    newest = {key: next((read for point, read in found if point.is_joined), None) for key, found in by_key.items()}
    limits = limits_of_trends(course, newest, weight_kg, until)
    charts = []
    for key, name, draws in wanted:
        points = [point for point, _ in by_key.get(key, ())]
        if draws == "bars":
            points = paired(points, [point for point, _ in by_key.get("bp_diastolic", ())])
        known = observables.by_key[key]
        unit = "mL/h" if draws == "blocks" else words.unit(known.unit or "")
        charts.append(Chart(key, name, draws, unit, tuple(points), limits.get(key, ())))
    return charts


def _ready(chart: Chart, rules: CourseRules, span: timedelta) -> tuple[Point, ...]:
    """The points thinned, oldest first, with their gaps: longer than the input's age limit is a gap."""
    rule = rules.inputs.value.inputs.get(chart.key)
    longest = rule.max_age if rule is not None and rule.max_age is not None else DAY_BEFORE
    return with_gaps(thinned(chart.points, span=span), longest=longest)


def paired(systolic: Sequence[Point], diastolic: Sequence[Point]) -> list[Point]:
    """Give each systolic pressure the nearest diastolic of the same standing within five minutes, if any."""
    found: list[Point] = []
    below = sorted((one for one in diastolic if one.value is not None), key=lambda one: one.at)
    for top in systolic:
        near = [one for one in _around(below, top.at) if (one.mark is Mark.STRUCK) == (top.mark is Mark.STRUCK)]
        partner = min(near, key=lambda one: abs(one.at - top.at), default=None)
        if partner is None or partner.value is None or partner.mark is Mark.UNUSABLE:
            found.append(top)
            continue
        found.append(replace(top, low=partner.value, shown=f"{top.shown}/{plain(partner.value)}"))
    return found


def _around(points: Sequence[Point], at: datetime) -> Sequence[Point]:
    """The points within five minutes of ``at`` (inclusive) among points in order of time."""
    start = bisect_left(points, at - TOGETHER, key=_instant)
    return points[start : bisect_right(points, at + TOGETHER, key=_instant)]


def _instant(point: Point) -> datetime:
    return point.at
