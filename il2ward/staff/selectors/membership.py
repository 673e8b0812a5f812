"""Who works on which ward, and which wards may a person look at, at a given instant?"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from il2ward.staff.models import Role, User, Ward, WardMembership


def wards_of(user: User, at: datetime) -> QuerySet[Ward]:
    """Return the wards ``user`` may look at, by name: those of an open membership; for an admin all of the site.

    Nobody inactive or without a site sees any.
    """
    if not user.is_active or user.site_id is None:
        return Ward.objects.none()
    if user.role == Role.ADMIN:
        return Ward.objects.filter(site_id=user.site_id).order_by("name")
    return Ward.objects.filter(pk__in=_open(at).filter(user=user).values("ward")).order_by("name")


def may_see_ward(user: User, ward_id: int, at: datetime) -> bool:
    """Return whether ``user`` may look at this ward at ``at``; false for a ward that does not exist."""
    return wards_of(user, at).filter(pk=ward_id).exists()


def works_on(user: User, ward_id: int | None, at: datetime) -> bool:
    """Return whether ``user`` is let in and belongs to this ward as a nurse or physician; an admin never does."""
    if ward_id is None or not user.is_active or user.role == Role.ADMIN:
        return False
    return _open(at).filter(user=user, ward_id=ward_id).exists()


def members_of(ward_id: int, at: datetime) -> QuerySet[User]:
    """Return the nurses and physicians for whom ``works_on`` is true, by name."""
    members = User.objects.filter(pk__in=_open(at).filter(ward_id=ward_id).values("user"), is_active=True)
    return members.exclude(role=Role.ADMIN).order_by("display_name", "pk")


def open_memberships(person: User) -> list[WardMembership]:
    """The wards a person works on now, by name."""
    return list(WardMembership.objects.filter(user=person, until_at=None).select_related("ward").order_by("ward__name"))


def _open(at: datetime) -> QuerySet[WardMembership]:
    """The memberships that count at ``at``: from ``from_at`` (included) until ``until_at`` (excluded)."""
    return WardMembership.objects.filter(Q(until_at=None) | Q(until_at__gt=at), from_at__lte=at)
