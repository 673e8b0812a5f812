"""GET of how a course's values went: the same charts as the page, from the same selector."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.domain.wording import plain
from il2ward import clock
from il2ward.audit.services import reads
from il2ward.http.credentials import Reader, person_of
from il2ward.http.endpoint import said, sent
from il2ward.http.problems import FieldError, shown
from il2ward.http.shapes import WrongShape
from monitoring.api.refusing import GateEndpoint, found
from monitoring.domain.trend import Point
from monitoring.selectors import setup_reach
from monitoring.selectors.trends import SPANS, Chart, Trends, trends_of

USUAL = "72h"


class CourseTrends(GateEndpoint):
    """Everybody on the staff of the ward that the patient lies on, or lay on last."""

    permission_classes = [Reader]
    query = {"span": f"How far back: {', '.join(SPANS)}; left out, {USUAL}."}

    def get(self, request: Request, course_id: int) -> HttpResponse:
        """Return the charts with their limits, the doses and the interventions; that they were read is kept."""
        at, person = clock.now(), person_of(request)
        span = request.query_params.get("span", USUAL)
        if span not in SPANS:
            raise WrongShape([FieldError("span", shown(span), f"one of {', '.join(SPANS)}")])
        course = found(setup_reach.course_ever(person, course_id, at), "course")
        reads.note(user=person, patient=course.patient, page="trends", at=at)
        return sent(said(200, trends_told(trends_of(course, at, span=span))))


def trends_told(trends: Trends) -> dict[str, Any]:
    """Return the trends as they go on the wire: numbers as text, an empty text where there is none."""
    return {
        "course": trends.course.pk,
        "since": trends.since.isoformat(),
        "until": trends.until.isoformat(),
        "left_out": trends.left_out,
        "charts": [chart_told(one) for one in trends.charts],
        "marks": [{"at": one.at.isoformat(), "kind": one.kind, "text": one.text} for one in trends.marks],
    }


def chart_told(chart: Chart) -> dict[str, Any]:
    """Return one chart as it goes on the wire."""
    return {
        "key": chart.key,
        "name": chart.name,
        "unit": chart.unit,
        "points": [point_told(one) for one in chart.points],
        "limits": [
            {"effect": one.effect, "low": one.low, "high": one.high, "grade": one.grade or None, "text": one.text}
            for one in chart.limits
        ],
    }


def point_told(point: Point) -> dict[str, Any]:
    """Return one value as it goes on the wire; ``mark`` is "" for a plain one."""
    return {
        "at": point.at.isoformat(),
        "since": point.since.isoformat() if point.since else None,
        "value": "" if point.value is None else plain(point.value),
        "diastolic": "" if point.low is None else plain(point.low),
        "shown": point.shown,
        "mark": point.mark.value,
        "note": point.note,
        "after_gap": point.after_gap,
    }
