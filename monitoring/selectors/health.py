"""Since when has work been waiting, and when did the worker last show a sign of life?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min

from il2ward.live.models import WardSequence
from monitoring.models import PendingGrading, WorkerBeat


@dataclass(frozen=True)
class Signs:
    """What the database knows of the service's progress; None means that nothing is waiting, or never seen."""

    worker_seen_at: datetime | None
    ungraded_since: datetime | None
    undelivered_since: datetime | None


def signs() -> Signs:
    """Read the signs of life. Observations of patients without an open course are nobody's to grade yet."""
    waiting = PendingGrading.objects.filter(course__isnull=False).aggregate(since=Min("since_at"))
    unsent = WardSequence.objects.filter(announced__lt=F("number")).aggregate(since=Min("changed_at"))
    return Signs(
        worker_seen_at=WorkerBeat.objects.filter(part="worker").values_list("at", flat=True).first(),
        ungraded_since=waiting["since"],
        undelivered_since=unsent["since"],
    )
