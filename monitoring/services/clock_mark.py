"""How does the service go on after its clock was wrong? A person says that it is right now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dosing.services.refusals import Invalid
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from monitoring.models import WorkerBeat
from monitoring.selectors.clock_mark import is_behind, latest_sign_at


@transaction.atomic
def settle(*, actor: Actor, at: datetime) -> datetime:
    """Take ``at`` as the true time and forget signs of work that lie after it; return the instant that stood before.

    What was recorded while the clock ran ahead keeps its times: people put it right. Raises Invalid when the clock
    does not stand behind.
    """
    mark = latest_sign_at()
    if mark is None or not is_behind(at):
        raise Invalid("The clock does not stand behind what was recorded: there is nothing to settle.")
    WorkerBeat.objects.filter(at__gt=at).update(at=at)
    audit.append(
        event="clock.settled",
        actor=actor,
        at=at,
        subject="clock",
        subject_id="",
        site_id=actor.user.site_id if actor.user else None,
        body={"mark": mark.isoformat()},
    )
    return mark
