"""How do the messages that wait leave the ward: each once if all goes well, again when it does not?"""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.conf import settings
from django.db import close_old_connections

from dosing.models import Placement
from il2ward import clock
from monitoring.domain.outward import Message
from monitoring.interop.telling.channel import NotTold, channel_of
from monitoring.models import AlertDelivery
from monitoring.services import alert_messages

# After so long the rest is left to the next round, so that no task runs into its time limit.
ENOUGH_S = 10.0

log = logging.getLogger(__name__)


def send_due(*, at: datetime) -> int:
    """Send what is due, the oldest first; return how many were taken. Safe to run twice or beside itself."""
    began, taken = time.monotonic(), 0
    for delivery_id in alert_messages.due(at=at):
        if time.monotonic() - began > ENOUGH_S:
            break
        row = alert_messages.take(delivery_id, at=clock.now())
        if row is not None:
            taken += _send(row)
    return taken


def _send(row: AlertDelivery) -> bool:
    message = message_of(row)
    # A receiver may take seconds: no database connection is kept from others meanwhile.
    close_old_connections()
    try:
        channel_of(row.channel).tell(row.address, message)
    except NotTold as no:
        alert_messages.failed(row.pk, str(no), at=clock.now())
        log.warning("delivery %s of alert %s was not taken: %s", row.pk, row.alert_id, no)
        return False
    alert_messages.sent(row.pk, at=clock.now())
    return True


def message_of(row: AlertDelivery) -> Message:
    """Return what goes out: where, how urgent, and the way to it. Neither a name nor a value."""
    alert = row.alert
    bed = Placement.objects.filter(patient=alert.course.patient_id, until_at=None).select_related("bed").first()
    return Message(
        id=str(row.pk),
        severity=row.severity,
        ward=alert.ward.name if alert.ward else "",
        bed=bed.bed.label if bed else "",
        link=f"{settings.IL2WARD_PUBLIC_URL}/alerts/",
    )
