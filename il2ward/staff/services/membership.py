"""How does a person come to a ward and leave it, and which wards may they look at?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import User, Ward, WardMembership
from il2ward.staff.selectors.membership import may_see_ward, wards_of, works_on

__all__ = ["begin", "end", "may_see_ward", "wards_of", "works_on"]


class OtherSite(ValueError):
    """A person cannot work on a ward of another hospital."""


@transaction.atomic
def begin(*, user: User, ward: Ward, actor: Actor, at: datetime) -> WardMembership:
    """Let ``user`` work on ``ward`` from ``at`` on; an open membership is returned as it is.

    Raises OtherSite when the two belong to different hospitals.
    """
    if user.site_id != ward.site_id:
        raise OtherSite(f"{user} and the ward {ward} belong to different hospitals.")
    membership, is_new = WardMembership.objects.get_or_create(
        user=user, ward=ward, until_at=None, defaults={"from_at": at}
    )
    if is_new:
        note(membership, "membership.began", actor=actor, at=at)
    return membership


@transaction.atomic
def end(*, user: User, ward: Ward, actor: Actor, at: datetime) -> bool:
    """End the open membership at ``at``; return False when there is none."""
    open_ones = WardMembership.objects.select_for_update().filter(user=user, ward=ward, until_at=None)
    for membership in open_ones:
        membership.until_at = at
        membership.save(update_fields=["until_at"])
        note(membership, "membership.ended", actor=actor, at=at)
        return True
    return False


def note(membership: WardMembership, event: str, *, actor: Actor, at: datetime) -> None:
    """Record the change in the log."""
    audit.append(
        event=event,
        actor=actor,
        at=at,
        subject="account",
        subject_id=membership.user_id,
        site_id=membership.ward.site_id,
        body={"ward": membership.ward_id},
    )
