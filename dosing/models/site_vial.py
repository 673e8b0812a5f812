"""How much of a vial does a hospital count on?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

LABELLED_IU = (18_000_000, 22_000_000)


class SiteVial(models.Model):
    """What a hospital's pharmacy draws from one vial of 22 million units (append-only; the newest row counts).

    18 million units as the label says per mL reconstituted, or all 22 million: it changes how many vials are
    prepared, never the dose.
    """

    site = models.ForeignKey("staff.Site", on_delete=models.PROTECT, related_name="vials")
    recoverable_iu = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="vial_holds_18_or_22_million", condition=Q(recoverable_iu__in=LABELLED_IU)),
            models.CheckConstraint(name="vial_choice_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.recoverable_iu:,} units from a vial"
