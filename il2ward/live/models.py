"""How far a ward's picture has moved: one number per ward, raised with every visible change."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class WardSequence(models.Model):
    """The ward's sequence number. ``announced`` is the last number a hint was sent for; hints may be lost."""

    ward = models.OneToOneField("staff.Ward", on_delete=models.PROTECT, primary_key=True, related_name="sequence")
    number = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()
    announced = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="announced_never_ahead", condition=Q(announced__lte=F("number"))),
        ]

    def __str__(self) -> str:
        return f"{self.ward_id}: {self.number}"
