"""Which delivery goes next, who has it in hand, and what becomes of it after an attempt?"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Min, Q

from il2ward.audit import services as audit
from il2ward.audit.actor import SYSTEM, Actor
from monitoring.models import Delivery
from monitoring.selectors.subscriptions import open_deliveries

log = logging.getLogger(__name__)

# Longer than an attempt can take; afterwards the one who had it is taken for dead.
LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
ANOTHER_DAY = timedelta(hours=24)


def due(*, at: datetime) -> list[int]:
    """Return the subscriptions whose oldest open delivery may be attempted now."""
    oldest = open_deliveries().values("subscription").annotate(head=Min("pk")).values("head")
    heads = Delivery.objects.filter(pk__in=list(oldest.values_list("head", flat=True)))
    return list(heads.filter(_free(at), next_at__lte=at).values_list("subscription_id", flat=True))


def claim(*, subscription_id: int, at: datetime) -> Delivery | None:
    """Take the oldest open delivery of the subscription for one attempt, and return it with the lease that proves it.

    None when there is none, when it is not due, or when somebody else has it in hand: a later one never overtakes it.
    Of two who ask at once one gets it.
    """
    head = open_deliveries().filter(subscription_id=subscription_id).order_by("pk").first()
    if head is None or head.next_at > at:
        return None
    lease = uuid4()
    mine = open_deliveries().filter(_free(at), pk=head.pk)
    if not mine.update(lease=lease, leased_until=at + LEASE, attempted_at=at, attempts=F("attempts") + 1):
        return None
    return Delivery.objects.select_related("subscription__device").get(pk=head.pk)


@transaction.atomic
def settle(row: Delivery, *, failure: str, at: datetime) -> bool:
    """Keep how an attempt ended: delivered when ``failure`` is "", else tried again later or given up.

    False when the lease is no longer ours: somebody else has taken it meanwhile, and what they find counts.
    """
    mine = open_deliveries().filter(pk=row.pk, lease=row.lease)
    freed = {"lease": None, "leased_until": None}
    if not failure:
        return bool(mine.update(delivered_at=at, failure="", **freed))
    if at < row.give_up_at:
        return bool(mine.update(next_at=at + pause_after(row.attempts), failure=failure[:120], **freed))
    if not mine.update(given_up_at=at, failure=failure[:120], **freed):
        return False
    _note(row, "delivery.given_up", SYSTEM, at, {"failure": failure[:120], "attempts": row.attempts})
    log.error("delivery %s to subscription %s was given up: %s", row.event_id, row.subscription_id, failure)
    return True


@transaction.atomic
def send_again(*, delivery: Delivery, actor: Actor, at: datetime) -> bool:
    """Put a delivery that was given up back in line for another day; False unless its subscription is on."""
    found = Delivery.objects.filter(
        pk=delivery.pk, given_up_at__isnull=False, subscription__off_at=None, subscription__ended_at=None
    )
    if not Delivery.objects.filter(pk__in=list(found.values_list("pk", flat=True))).update(
        given_up_at=None, next_at=at, give_up_at=at + ANOTHER_DAY
    ):
        return False
    _note(delivery, "delivery.sent_again", actor, at, {})
    return True


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 5 s, doubled each time, at most 10 minutes."""
    doublings = min(max(attempts - 1, 0), 16)
    return min(FIRST_PAUSE * int(2**doublings), LONGEST_PAUSE)


def _free(at: datetime) -> Q:
    return Q(lease=None) | Q(leased_until__lte=at)


def _note(row: Delivery, event: str, actor: Actor, at: datetime, body: dict[str, object]) -> None:
    audit.append(
        event=event, actor=actor, at=at, subject="delivery", subject_id=row.pk,
        site_id=row.subscription.device.site_id,
        body={"subscription": row.subscription_id, "event": str(row.event_id), **body},
    )  # fmt: skip
