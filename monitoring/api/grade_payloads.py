"""What may be sent of a clinician's grades, field by field, with its limits."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from monitoring.api.payloads import Instant, Short, Strict

Grade = Annotated[int, Meta(ge=0, le=5)]
Note = Annotated[str, Meta(max_length=200)]


class ConfirmationBody(Strict, frozen=True):
    """A clinician's word on a grade; another grade than the computed one needs a reason."""

    grade: Grade
    reason: Note = ""


class EnteredGradeBody(Strict, frozen=True):
    """A grade that no number gives; without ``observed_at`` it was seen now."""

    term: Short
    grade: Grade
    observed_at: Instant | None = None
    note: Note = ""


class WithdrawalBody(Strict, frozen=True):
    """Why an entry was made in error."""

    reason: Annotated[str, Meta(min_length=15, max_length=200)]
