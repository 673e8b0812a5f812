"""Does the server's clock stand before an instant that this service has lived through already?"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max

from monitoring.models import WorkerBeat

# Machines that serve one database may differ by this much (exclusive), and an answer may take as long to be read.
TOLERANCE = timedelta(seconds=2)


def is_behind(at: datetime) -> bool:
    """Whether ``at`` lies more than two seconds before the latest sign of work of any part.

    Then nobody knows how old a value is: what has run out looks fresh, what is new does not count. False where no
    part has ever worked.
    """
    mark = latest_sign_at()
    return mark is not None and at < mark - TOLERANCE


def latest_sign_at() -> datetime | None:
    """The latest instant at which any part showed that it works; it never goes back by itself. None: never."""
    latest: datetime | None = WorkerBeat.objects.aggregate(latest=Max("at"))["latest"]
    return latest
