"""Is every part up and in time? Answers `GET /healthz` for the supervisor, the proxy and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse

from il2ward import clock
from il2ward.disk import disk_of
from il2ward.embedded.probe import broker_answers
from monitoring.selectors.clock_mark import is_behind
from monitoring.selectors.health import Signs, signs
from monitoring.selectors.subscriptions import signs as sending_signs

WORKER_SILENT_AFTER = timedelta(seconds=20)
GRADING_LATE_AFTER = timedelta(seconds=10)
DELIVERY_LATE_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Health:
    """The state of each part: up, late or down. Ages are whole seconds; None when nothing is waiting.

    ``oldest_untold_s`` is told and does not count: a mistyped address of one person must not take the ward off line.
    ``clock`` is up or behind what was lived through. ``disk`` is up, filling or full; it is told and does not count,
    because a ward that cannot write any more must still show what it knows.
    """

    db: str
    broker: str
    worker: str
    oldest_ungraded_s: int | None
    oldest_undelivered_s: int | None
    oldest_untold_s: int | None = None
    oldest_unsent_s: int | None = None
    sends_given_up: int | None = None
    clock: str = "unknown"
    disk: str = "unknown"

    @property
    def is_good(self) -> bool:
        """True when every part is up and nothing has waited too long."""
        waits = (
            (self.oldest_ungraded_s, GRADING_LATE_AFTER),
            (self.oldest_undelivered_s, DELIVERY_LATE_AFTER),
        )
        in_time = all(age is None or timedelta(seconds=age) <= limit for age, limit in waits)
        return in_time and {self.db, self.broker, self.worker, self.clock} == {"up"}


def healthz(_: HttpRequest) -> JsonResponse:
    """Return the state of each part as JSON: 200 when all are up and in time, else 503."""
    state = health(at=clock.now())
    return JsonResponse(vars(state), status=200 if state.is_good else 503)


def health(*, at: datetime) -> Health:
    """Return the state of the service at ``at``; a database that does not answer hides what it knows."""
    broker = "up" if broker_answers() else "down"
    try:
        seen, sending = signs(), sending_signs(at=at)
        ticking = "behind" if is_behind(at) else "up"
    except DatabaseError:
        return Health("down", broker, "unknown", None, None)
    return Health(
        "up",
        broker,
        worker_state(seen, at=at),
        age_s(seen.ungraded_since, at=at),
        age_s(seen.undelivered_since, at=at),
        age_s(seen.untold_since, at=at),
        age_s(sending.waiting_since, at=at),
        sending.given_up,
        ticking,
        disk_of(settings.IL2WARD_HOME).state,
    )


def worker_state(seen: Signs, *, at: datetime) -> str:
    """Return up until twenty seconds of silence (inclusive), then late; down when it was never seen."""
    if seen.worker_seen_at is None:
        return "down"
    return "up" if at - seen.worker_seen_at <= WORKER_SILENT_AFTER else "late"


def age_s(since: datetime | None, *, at: datetime) -> int | None:
    """Return how many whole seconds lie between ``since`` and ``at``, never less than zero."""
    return None if since is None else max(0, int((at - since).total_seconds()))
