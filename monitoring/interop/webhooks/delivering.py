"""How does what waits for a subscriber reach it: one after the other, signed, each attempt within a bounded time?"""

from __future__ import annotations

import threading
import time
from datetime import datetime

from il2ward import clock
from il2ward.live import services as live
from il2ward.outgoing import CouldNotCall, NotAllowed, call, target_of
from monitoring.models import Delivery
from monitoring.services import events, hook_deliveries, signing_secrets
from monitoring.services.signing_secrets import SecretIsGone

# Of the worker's threads at most so many wait for receivers; the others go on grading.
AT_ONCE = threading.BoundedSemaphore(2)
# After so long the rest is left to the next wake-up, so that no task runs into its time limit.
ENOUGH_S = 4.0


def wake_all(*, at: datetime) -> None:
    """Ask for a delivery to every subscription that has one due."""
    for subscription_id in hook_deliveries.due(at=at):
        live.wake(events.TASK, subscription_id=subscription_id)


def deliver(subscription_id: int) -> int:
    """Send what is due to one subscription, oldest first, until one fails; return how many were delivered.

    Safe to run twice or beside itself. Returns 0 at once when enough others are sending: the sweep asks again.
    """
    if not AT_ONCE.acquire(blocking=False):
        return 0
    try:
        return _deliver_in_turn(subscription_id)
    finally:
        AT_ONCE.release()


def _deliver_in_turn(subscription_id: int) -> int:
    began, delivered = time.monotonic(), 0
    while time.monotonic() - began < ENOUGH_S:
        claimed = hook_deliveries.claim(subscription_id=subscription_id, at=clock.now())
        if claimed is None:
            break
        failure = send(claimed, at=clock.now())
        settled = hook_deliveries.settle(claimed, failure=failure, at=clock.now())
        if failure or not settled:
            break
        delivered += 1
    return delivered


def send(delivery: Delivery, *, at: datetime) -> str:
    """Make one attempt; return "" when the receiver took it (any 2xx), else why not, in a few words."""
    subscription = delivery.subscription
    if subscription.device.revoked_at is not None:
        return "The system was revoked."
    body, event_id, timestamp = delivery.body.encode(), str(delivery.event_id), int(at.timestamp())
    try:
        secret = signing_secrets.secret_of(subscription)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signing_secrets.signature(secret, event_id=event_id, timestamp=timestamp, body=body),
        }
        answer = call(target_of(subscription.address), method="POST", content=body, headers=headers)
    except (CouldNotCall, NotAllowed, SecretIsGone) as no:
        return str(no)
    return "" if 200 <= answer.status < 300 else f"Answered {answer.status}."
