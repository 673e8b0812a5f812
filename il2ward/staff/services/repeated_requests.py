"""What is a repeated request answered with? As the first time, or refused; the act runs at most once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, transaction

from il2ward.staff.models import RepeatedRequest

# PostgreSQL: lock_not_available, raised when the first request holds its row longer than lock_timeout.
LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True)
class Answer:
    """What was answered: HTTP status, body as text, and its type."""

    status_code: int
    body: str
    content_type: str = "application/json"


class KeyReused(RuntimeError):
    """The Idempotency-Key was used before for another body."""


class StillRunning(RuntimeError):
    """The first request with this Idempotency-Key has not finished."""


def once(credential: str, route: str, key: str, request_sha256: str, at: datetime, act: Callable[[], Answer]) -> Answer:
    """Run ``act`` in one transaction with the row that remembers it, or answer as the first time.

    A twin that arrives meanwhile waits for the first to commit. When ``act`` raises, everything is rolled back
    and the key is free again: a refusal wrote nothing. Raises KeyReused for another body under the same key,
    StillRunning when the first request is still at it after the database's lock time-out.
    """
    with transaction.atomic():
        row, is_first = claimed(credential, route, key, request_sha256, at)
        if not is_first:
            return answered(row, request_sha256)
        answer = act()
        row.status_code, row.content_type, row.body = answer.status_code, answer.content_type, answer.body
        row.save(update_fields=["status_code", "content_type", "body"])
        return answer


def claimed(credential: str, route: str, key: str, request_sha256: str, at: datetime) -> tuple[RepeatedRequest, bool]:
    """Return the key's row and whether this request made it; the unique constraint lets only one do so."""
    try:
        return RepeatedRequest.objects.get_or_create(
            credential=credential,
            route=route,
            key=key,
            defaults={"request_sha256": request_sha256, "first_at": at},
        )
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise StillRunning(f"The first request with the key {key!r} is still running.") from error
        raise


def answered(row: RepeatedRequest, request_sha256: str) -> Answer:
    """Return the first answer; raises KeyReused for another body and StillRunning when there is none yet."""
    if row.request_sha256 != request_sha256:
        raise KeyReused(f"The key {row.key!r} was used for another request.")
    if row.status_code is None:
        raise StillRunning(f"The first request with the key {row.key!r} is still running.")
    return Answer(status_code=row.status_code, body=row.body, content_type=row.content_type)
