"""Which subscriptions may somebody see, how are they doing, and what was given up?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from il2ward.audit.actor import Actor
from il2ward.staff.models import Role
from monitoring.models import Delivery, Subscription

LATELY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class DeliverySigns:
    """``waiting_since``: when the oldest event happened that a subscriber has not taken; None: nothing waits.
    ``given_up``: how many were given up in the last day after failing."""

    waiting_since: datetime | None
    given_up: int


def open_deliveries() -> QuerySet[Delivery]:
    """Return what was neither delivered nor given up."""
    return Delivery.objects.filter(delivered_at=None, given_up_at=None)


def in_reach(actor: Actor) -> QuerySet[Subscription]:
    """Return the subscriptions that have not ended: a system's own; for an admin those of their hospital."""
    standing = Subscription.objects.filter(ended_at=None).select_related("device")
    if actor.device is not None:
        return standing.filter(device=actor.device)
    if actor.user is None or actor.user.role != Role.ADMIN or actor.user.site is None:
        return standing.none()
    return standing.filter(device__site=actor.user.site)


def with_state(rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Return the same with ``waiting`` (how many), ``waiting_since`` and ``failure`` (of the oldest that waits)."""
    waiting = open_deliveries().filter(subscription=OuterRef("pk")).order_by("pk")
    count = waiting.order_by().values("subscription").annotate(n=Count("pk")).values("n")
    return rows.annotate(
        waiting=Subquery(count),
        waiting_since=Subquery(waiting.values("occurred_at")[:1]),
        failure=Subquery(waiting.values("failure")[:1]),
    )


def signs(*, at: datetime) -> DeliverySigns:
    """Return what waits and what was given up, at every hospital."""
    waiting = open_deliveries().aggregate(oldest=Min("occurred_at"))["oldest"]
    failed = Delivery.objects.filter(given_up_at__gt=at - LATELY, attempts__gt=0)
    given_up = failed.filter(subscription__off_at=None, subscription__ended_at=None).count()
    return DeliverySigns(waiting, given_up)
