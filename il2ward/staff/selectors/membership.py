"""Which wards may a person look at, at a given instant?"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from il2ward.staff.models import Role, User, Ward


def wards_of(user: User, at: datetime) -> QuerySet[Ward]:
    """Return the wards ``user`` may look at, by name: those of an open membership; for an admin all of the site.

    Nobody inactive or without a site sees any.
    A membership counts from ``from_at`` (included) until ``until_at`` (excluded).
    """
    if not user.is_active or user.site_id is None:
        return Ward.objects.none()
    if user.role == Role.ADMIN:
        return Ward.objects.filter(site_id=user.site_id).order_by("name")
    still = Q(memberships__until_at=None) | Q(memberships__until_at__gt=at)
    mine = Ward.objects.filter(still, memberships__user=user, memberships__from_at__lte=at)
    return mine.distinct().order_by("name")


def may_see_ward(user: User, ward_id: int, at: datetime) -> bool:
    """Return whether ``user`` may look at this ward at ``at``; false for a ward that does not exist."""
    return wards_of(user, at).filter(pk=ward_id).exists()


def works_on(user: User, ward_id: int, at: datetime) -> bool:
    """Return whether ``user`` belongs to this ward as a nurse or physician; an admin never does."""
    return user.role != Role.ADMIN and may_see_ward(user, ward_id, at)
