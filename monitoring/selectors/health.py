"""What waits, and since when: the figures behind /healthz."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min

from il2ward.live.models import WardSequence
from monitoring.models import AlertDelivery, PendingGrading, WorkerBeat


@dataclass(frozen=True)
class Signs:
    """``ungraded_since``: recording of the oldest observation of an open course that nobody has graded.
    ``undelivered_since``: the oldest ward change no hint went out for. ``untold_since``: the oldest mail or page that
    nobody took, about an alert that stands unanswered. None: nothing waits (or never seen)."""

    worker_seen_at: datetime | None
    ungraded_since: datetime | None
    undelivered_since: datetime | None
    untold_since: datetime | None = None


def signs() -> Signs:
    """Return the present signs of work; raises DatabaseError when the database does not answer."""
    ungraded = PendingGrading.objects.filter(course__isnull=False).aggregate(oldest=Min("since_at"))["oldest"]
    behind = WardSequence.objects.filter(announced__lt=F("number")).aggregate(oldest=Min("changed_at"))["oldest"]
    untold = AlertDelivery.objects.filter(sent_at=None, spared_at=None, alert__cleared_at=None)
    untold_since = untold.filter(alert__acknowledged_at=None).aggregate(oldest=Min("created_at"))["oldest"]
    return Signs(last_sign_of("worker"), ungraded, behind, untold_since)


def last_sign_of(part: str) -> datetime | None:
    """When ``part`` last showed progress; None: never."""
    return WorkerBeat.objects.filter(part=part).values_list("at", flat=True).first()
