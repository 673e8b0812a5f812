"""What a repeated request must be answered with: the first answer, kept with its Idempotency-Key."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class RepeatedRequest(models.Model):
    """One Idempotency-Key of one credential on one route.

    ``status_code`` None means the first request is still running (a twin gets 409). The row commits in the
    same transaction as the act, so an act is never kept without its answer.
    """

    credential = models.CharField(max_length=60)
    route = models.CharField(max_length=120)
    key = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=80, default="application/json")
    body = models.TextField(default="")
    first_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "route", "key"], name="idempotency_key_once_per_credential_and_route"
            ),
            models.CheckConstraint(name="idempotency_key_not_empty", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
