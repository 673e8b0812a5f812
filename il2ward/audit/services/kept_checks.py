"""When was the log last walked from end to end, and was it whole?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from il2ward.audit.models import ChainCheck
from il2ward.audit.services.verification import verify

# The worker's task that walks the log: whoever wants it walked now wakes it by this name.
TASK = "audit.verify"


def run(*, started_at: datetime) -> ChainCheck:
    """Walk the whole log and keep what was found; ``started_at`` is when."""
    report = verify()
    with transaction.atomic():
        return ChainCheck.objects.create(
            at=started_at,
            whole=report.ok,
            events=report.events,
            anchors=report.anchors,
            first_bad=report.fault.seq if report.fault else None,
            why=report.fault.why if report.fault else "",
        )


def newest() -> ChainCheck | None:
    """Return the last check that was kept; None: there has been none yet."""
    return ChainCheck.objects.order_by("-id").first()
