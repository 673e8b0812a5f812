"""Who took over a ward from whom, who left it, and what was open at that moment?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Handover(models.Model):
    """One step of a shift's change (append-only): ``taken`` over, from ``other`` (None: nobody named), or ``left``,
    to ``other``. ``was_open`` is what stood on the handover screen, as counts and lines without values."""

    KINDS = ("taken", "left")

    ward = models.ForeignKey("staff.Ward", on_delete=models.PROTECT, related_name="handovers")
    kind = models.CharField(max_length=5)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    note = models.CharField(max_length=500, default="", blank=True)
    was_open = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(name="handover_kind_is_known", condition=Q(kind__in=("taken", "left"))),
            models.CheckConstraint(name="handover_is_between_two", condition=Q(other=None) | ~Q(other=F("by"))),
        ]
        indexes = [models.Index(fields=["ward", "-id"], name="handovers_newest")]

    def __str__(self) -> str:
        return f"{self.by} {self.kind} {self.ward}"
