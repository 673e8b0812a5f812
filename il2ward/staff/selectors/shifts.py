"""Who is on shift on a ward's shared tablets, and which tablets does a hospital have?"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from il2ward.staff.models import Site, Tablet, TabletShift, User
from il2ward.staff.selectors.membership import members_of


def on_shift(ward_id: int, at: datetime) -> list[User]:
    """Return who signed in for the present shift on the ward's tablets and still works there, by name."""
    return list(members_of(ward_id, at).filter(pk__in=_open(ward_id, at).values("user")))


def is_on_shift(user: User, ward_id: int, at: datetime) -> bool:
    """Return whether the person's shift on the ward's tablets runs at ``at``; its end is excluded."""
    return _open(ward_id, at).filter(user=user).exists()


def tablets_of(site: Site) -> QuerySet[Tablet]:
    """Return the hospital's tablets by ward and name, also those that were revoked."""
    rows = Tablet.objects.filter(ward__site=site).select_related("ward", "enrolled_by", "revoked_by")
    return rows.order_by("ward__name", "name", "pk")


def _open(ward_id: int, at: datetime) -> QuerySet[TabletShift]:
    return TabletShift.objects.filter(ward_id=ward_id, ended_at=None, from_at__lte=at, until_at__gt=at)
