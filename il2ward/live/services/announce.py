"""How does a committed change reach open boards and sleeping workers without anyone waiting for the broker?"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F

from il2ward.live.models import WardSequence
from il2ward.live.services.dispatch import dispatcher


def changed(*, ward_id: int | None, at: datetime) -> int | None:
    """Raise the ward's number in the caller's transaction, hint after its commit, and return the new number.

    None for a patient who lies on no ward: nobody's picture changed. The row's lock is taken by the raise
    and held to the commit, so call it after course and dose and before the audit head.
    """
    if ward_id is None:
        return None
    row = WardSequence.objects.filter(ward_id=ward_id)
    if not row.update(number=F("number") + 1, changed_at=at):
        WardSequence.objects.get_or_create(ward_id=ward_id, defaults={"changed_at": at})
        row.update(number=F("number") + 1, changed_at=at)
    number = row.values_list("number", flat=True).get()
    transaction.on_commit(partial(dispatcher.hint, ward_id, number), robust=True)
    return number


def wake(task_name: str, **kwargs: int | str) -> None:
    """Ask a worker to run ``task_name`` with ``kwargs`` (ids only) once the caller's transaction is in.

    Only an accelerator: it may be lost, so what must be done is also a row that a sweep finds.
    """
    transaction.on_commit(partial(dispatcher.wake, task_name, kwargs), robust=True)
