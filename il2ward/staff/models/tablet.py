"""Which tablets and wall screens does a ward have, who is there for the shift, and by which PIN do they come back?"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Tablet(models.Model):
    """One enrolled tablet of one ward. Its secret lies in a cookie of that browser; only the sha256 is kept.

    A revoked tablet is an ordinary browser again: no PIN counts there, and whoever was signed in is signed out.
    ``is_wall``: a screen on the wall, which shows the ward's board without names to everybody; nobody signs in there.
    """

    ward = models.ForeignKey("staff.Ward", on_delete=models.PROTECT, related_name="tablets")
    name = models.CharField(max_length=40)
    is_wall = models.BooleanField(default=False)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    enrolled_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField()
    revoked_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ward", "name"], condition=Q(revoked_at=None), name="tablet_name_on_ward"),
            models.CheckConstraint(name="tablet_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="tablet_revoked_by_somebody",
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__gte=F("enrolled_at"), revoked_by__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Pin(models.Model):
    """A person's own PIN, as a slow hash. ``wrong`` counts wrong ones in a row; a full sign-in sets it back to 0."""

    user = models.OneToOneField("staff.User", on_delete=models.CASCADE, primary_key=True, related_name="pin")
    hashed = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"PIN of {self.user}"


class TabletShift(models.Model):
    """That a person signed in with their password on a tablet of the ward: their PIN counts on the ward's tablets
    from ``from_at`` until ``until_at`` (excluded), or until ``ended_at``: signed out, or too many wrong PINs."""

    user = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="tablet_shifts")
    ward = models.ForeignKey("staff.Ward", on_delete=models.PROTECT, related_name="+")
    tablet = models.ForeignKey(Tablet, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "ward"], condition=Q(ended_at=None), name="one_open_tablet_shift"),
            models.CheckConstraint(name="tablet_shift_ends_after_it_begins", condition=Q(until_at__gt=F("from_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.ward}"
