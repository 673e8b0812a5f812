"""Who acts: staff with exactly one role, and the wards they belong to."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    """The three roles. An admin audits and writes nothing clinical."""

    NURSE = "nurse", "Nurse"
    PHYSICIAN = "physician", "Physician"
    ADMIN = "admin", "Admin"


class User(AbstractUser):
    """One member of staff. ``display_name`` is how the ward knows them: "N. Ferrara RN", "Dr Haas"."""

    site = models.ForeignKey("staff.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="staff")
    display_name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=Role.choices)
    demonstration = models.BooleanField(default=False, help_text="A demo account; refused in production.")

    REQUIRED_FIELDS = ["display_name", "role"]

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_role_is_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(name="user_has_display_name", condition=~Q(display_name="")),
        ]

    def __str__(self) -> str:
        return self.display_name


class WardMembership(models.Model):
    """That a person works on a ward, from ``from_at`` until ``until_at`` (exclusive; None: still)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    ward = models.ForeignKey("staff.Ward", on_delete=models.PROTECT, related_name="memberships")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "ward"], condition=Q(until_at=None), name="one_open_membership_per_ward"
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(until_at=None) | Q(until_at__gt=models.F("from_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.ward}"
