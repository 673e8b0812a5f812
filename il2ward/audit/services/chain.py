"""How is one more act added to the hash chain?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from il2ward.audit.actor import Actor
from il2ward.audit.canonical import canonical, hash_of
from il2ward.audit.models import AuditEvent, AuditHead


class OutsideTransaction(RuntimeError):
    """An audit event was to be written apart from the act it tells of."""


def append(
    *,
    event: str,
    actor: Actor,
    at: datetime,
    body: Mapping[str, object],
    subject: str = "",
    subject_id: object = "",
    patient_id: object = "",
    course_id: int | None = None,
    site_id: int | None = None,
) -> AuditEvent:
    """Add one event to the chain in the caller's transaction and return it.

    Takes the head's row lock, the last lock of all, so the chain is one line and ``seq`` has no gaps.
    ``body`` holds ids, codes and amounts (Decimal, never float). Without ``site_id`` the actor's site counts.
    Raises OutsideTransaction when no transaction is open: an act and its event stand or fall together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction(f"The event {event!r} must be appended inside the transaction of its act.")
    head, _ = AuditHead.objects.select_for_update().get_or_create(id=1)
    added = AuditEvent(
        seq=head.seq + 1,
        at=at,
        event=event,
        actor=actor.user,
        actor_role=actor.role,
        device=actor.device,
        site_id=site_id if site_id is not None else actor.site_id,
        subject=subject,
        subject_id=str(subject_id),
        patient_id=str(patient_id),
        course_id=course_id,
        body=canonical(body),
        prev_hash=head.hash,
    )
    added.hash = hash_of(added)
    added.save(force_insert=True)
    AuditHead.objects.filter(id=1).update(seq=added.seq, hash=added.hash)
    return added
