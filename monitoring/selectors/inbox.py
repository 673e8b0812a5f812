"""What does the alert inbox tell of each alert: how the value went, who was told, what was said?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import Q

from il2ward.staff.models import User
from monitoring.domain.sparkline import Point, Sparkline, sparkline
from monitoring.domain.standing import VOID
from monitoring.models import Alert, AlertDelivery, AlertEvent, Observation
from monitoring.selectors import board_words as words
from monitoring.selectors.board_alerts import AlertList, OpenAlert, alerts_of
from monitoring.selectors.course_rules import grading_rules_of
from monitoring.selectors.raw import released_observables

TREND_OVER = timedelta(hours=48)
CLOSED_WITHIN = timedelta(hours=12)
MOST_CLOSED = 20
OF_A_TERM = "ctcae-"
# What a person reads in an alert's history; the others repeat what the card shows.
TOLD_STEPS = (
    "reopened",
    "ack_expired",
    "escalated",
    "sent_on",
    "seen",
    "told",
    "not_told",
    "commented",
    "acknowledged",
)


@dataclass(frozen=True, slots=True)
class Trend:
    """How one value went in the last two days."""

    label: str
    unit: str
    drawn: Sparkline


@dataclass(frozen=True, slots=True)
class Item:
    """One alert of the inbox. ``pending`` are messages that nobody has taken yet."""

    one: OpenAlert
    trend: Trend | None
    steps: list[AlertEvent]
    pending: list[AlertDelivery]


@dataclass(frozen=True, slots=True)
class Closed:
    """One alert that was closed lately, with what was said of it."""

    alert: Alert
    comments: list[AlertEvent]


@dataclass(frozen=True, slots=True)
class Inbox:
    """The open alerts of a person's wards, and those closed in the last twelve hours, newest first."""

    found: AlertList
    items: list[Item]
    closed: list[Closed]


def inbox_of(user: User, at: datetime) -> Inbox:
    """Everything the inbox shows at ``at``, in a number of queries that does not grow with the alerts."""
    found = alerts_of(user, at)
    ids = [one.alert.pk for one in found.alerts]
    steps = _steps(ids, TOLD_STEPS)
    open_messages = AlertDelivery.objects.filter(alert__in=ids, sent_at=None, spared_at=None)
    pending: dict[int, list[AlertDelivery]] = defaultdict(list)
    for row in open_messages.select_related("person").order_by("id"):
        pending[row.alert_id].append(row)
    trends = trends_of(found.alerts, at)
    items = [Item(one, trends.get(one.alert.pk), steps[one.alert.pk], pending[one.alert.pk]) for one in found.alerts]
    return Inbox(found, items, _closed(found, at))


def _steps(alert_ids: Iterable[int], kinds: Sequence[str]) -> dict[int, list[AlertEvent]]:
    found: dict[int, list[AlertEvent]] = defaultdict(list)
    rows = AlertEvent.objects.filter(alert__in=list(alert_ids), step__in=kinds).select_related("by")
    for row in rows.order_by("id"):
        found[row.alert_id].append(row)
    return found


def _closed(found: AlertList, at: datetime) -> list[Closed]:
    rows = Alert.objects.filter(ward__in=found.wards, cleared_at__gt=at - CLOSED_WITHIN).exclude(severity="low")
    recent = list(rows.select_related("course__patient", "acknowledged_by").order_by("-cleared_at")[:MOST_CLOSED])
    comments = _steps([one.pk for one in recent], ("commented",))
    return [Closed(one, comments[one.pk]) for one in recent]


def trends_of(alerts: Sequence[OpenAlert], at: datetime) -> dict[int, Trend]:
    """How the value behind each alert went; without an entry where no measured value stands behind it."""
    wanted = {one.alert.pk: (one.alert.course.patient_id, key) for one in alerts if (key := _observable(one))}
    asked = Q(pk__in=[])
    for patient, key in set(wanted.values()):
        asked |= Q(patient=patient, observable=key)
    rows = Observation.objects.filter(asked, observed_at__gt=at - TREND_OVER, observed_at__lte=at)
    standing = rows.filter(replaced_by__isnull=True, not_gradable="").exclude(status__in=[one.value for one in VOID])
    values: dict[tuple[object, str], list[Observation]] = defaultdict(list)
    for row in standing.order_by("observed_at", "id"):
        values[row.patient_id, row.observable].append(row)
    drawn = {pair: _trend(pair[1], found) for pair, found in values.items()}
    return {alert_id: trend for alert_id, pair in wanted.items() if (trend := drawn.get(pair)) is not None}


def _trend(key: str, rows: list[Observation]) -> Trend | None:
    """Only what came in the newest value's unit is drawn: two units are never one line."""
    unit = rows[-1].unit
    points = [point for row in rows if row.unit == unit and (point := _point(row))]
    line = sparkline(points)
    return Trend(words.observable(key), words.unit(unit), line) if line else None


def _point(row: Observation) -> Point | None:
    try:
        return Point(row.observed_at, Decimal(row.value), f"{row.comparator}{row.value}")
    except InvalidOperation:
        return None


def _observable(one: OpenAlert) -> str:
    """The measured input behind an alert: of the gravest criterion met, else of its CTCAE term; "" for none."""
    known = released_observables().by_key
    if met := next((line.input for line in one.evidence.met if line.input in known), ""):
        return met
    if not one.alert.rule.startswith(OF_A_TERM):
        return ""
    term = grading_rules_of(one.alert.course).ctcae.terms.get(one.alert.rule.removeprefix(OF_A_TERM))
    return term.observables[0] if term is not None and term.observables else ""
