"""Who is on call for a ward, where are they reached, how long do its alerts wait, and which hours has nobody?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from il2ward.staff.models import Role, User
from monitoring.domain.alerts import Priority
from monitoring.domain.escalation import DEFAULT_TIMES, MINUTE, Rung, Span, Times, gaps
from monitoring.models import ContactAddress, EscalationTimes, OnCallShift

ON_CALL = (Rung.FIRST, Rung.SECOND)
LOOKS_AHEAD = timedelta(hours=72)
WARNS_ON_THE_BOARD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours in which nobody is on call at a rung; ``is_now`` when they have begun."""

    rung: Rung
    from_at: datetime
    until_at: datetime
    is_now: bool
    runs_on: bool

    @property
    def words(self) -> str:
        return self.rung.words


@dataclass(frozen=True, slots=True)
class Minutes:
    """How long a ward's alerts wait for an answer, and acknowledgements hold, in whole minutes."""

    step_high_min: int
    step_medium_min: int
    ack_high_min: int
    ack_medium_min: int


def times_row_of(ward_id: int | None) -> EscalationTimes | None:
    """Return the newest times that somebody set for the ward; None: the project's defaults count."""
    if ward_id is None:
        return None
    return EscalationTimes.objects.filter(ward_id=ward_id).select_related("set_by").order_by("-id").first()


def times_of(ward_id: int | None) -> Times:
    """Return how long alerts and acknowledgements of the ward wait."""
    return times_in(times_row_of(ward_id))


def times_in(row: EscalationTimes | None) -> Times:
    """Return the times that a row sets; None: the project's defaults."""
    if row is None:
        return DEFAULT_TIMES
    return Times(
        step={Priority.HIGH: row.step_high_min * MINUTE, Priority.MEDIUM: row.step_medium_min * MINUTE},
        ack={
            **DEFAULT_TIMES.ack,
            Priority.HIGH: row.ack_high_min * MINUTE,
            Priority.MEDIUM: row.ack_medium_min * MINUTE,
        },
    )


def minutes_in(row: EscalationTimes | None) -> Minutes:
    """Return the same in whole minutes."""
    times, high, medium = times_in(row), Priority.HIGH, Priority.MEDIUM
    return Minutes(
        *(one // MINUTE for one in (times.step[high], times.step[medium], times.ack[high], times.ack[medium]))
    )


def standing_shifts(ward_id: int | None) -> QuerySet[OnCallShift]:
    """The shifts of a ward that nobody has taken out of the plan."""
    shifts = OnCallShift.objects.none() if ward_id is None else OnCallShift.objects.filter(ward_id=ward_id)
    return shifts.filter(withdrawn_at=None).select_related("physician", "entered_by")


def on_call_at(ward_id: int | None, at: datetime) -> dict[Rung, User]:
    """Return the active physician on call at each rung that has one at ``at``."""
    rows = standing_shifts(ward_id).filter(from_at__lte=at, until_at__gt=at).order_by("-from_at")
    return {Rung(row.rung): row.physician for row in rows if _answers(row)}


def addresses_of(rung: Rung, ward_id: int | None, person: User | None) -> QuerySet[ContactAddress]:
    """Return where a rung is reached: the person on call, or the ward's own addresses for its last resort."""
    whose = Q(ward_id=ward_id) if rung is Rung.FALLBACK else Q(person=person, person__isnull=False)
    return ContactAddress.objects.filter(whose, ended_at=None).order_by("id")


def gaps_of(ward_id: int, at: datetime, *, ahead: timedelta = LOOKS_AHEAD) -> list[Gap]:
    """Return the hours from ``at`` on, within ``ahead``, that have nobody on call, by rung, soonest first."""
    window = Span(at, at + ahead)
    rows = list(standing_shifts(ward_id).filter(until_at__gt=at, from_at__lt=window.until_at))
    found = [_gap(rung, one, window) for rung in ON_CALL for one in gaps(_spans(rows, rung), window)]
    return sorted(found, key=lambda one: (one.from_at, one.rung.place))


def _spans(rows: Iterable[OnCallShift], rung: Rung) -> list[Span]:
    return [Span(row.from_at, row.until_at) for row in rows if row.rung == rung and _answers(row)]


def _answers(row: OnCallShift) -> bool:
    """Whether who was planned is still let in and still a physician."""
    return row.physician.is_active and row.physician.role == Role.PHYSICIAN


def _gap(rung: Rung, span: Span, window: Span) -> Gap:
    is_now, runs_on = span.from_at == window.from_at, span.until_at == window.until_at
    return Gap(rung, span.from_at, span.until_at, is_now=is_now, runs_on=runs_on)
