"""Which limits of normal a hospital's laboratory states, for results that come without any."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class SiteLimit(models.Model):
    """One observable's limits at one site (append-only; of those valid at a result's time the newest counts).

    ``lln``/``uln`` are in ``unit`` (UCUM); None: that side is not stated. ``source`` says where they come from, such as
    the laboratory's handbook and its date. Results observed before ``valid_from`` are not graded by it. A monitor's
    alarm range is never one.
    """

    site = models.ForeignKey("staff.Site", on_delete=models.PROTECT, related_name="laboratory_limits")
    observable = models.CharField(max_length=40)
    unit = models.CharField(max_length=40)
    lln = models.DecimalField(max_digits=20, decimal_places=8, null=True, blank=True)
    uln = models.DecimalField(max_digits=20, decimal_places=8, null=True, blank=True)
    source = models.CharField(max_length=200)
    valid_from = models.DateTimeField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="site_limit_has_a_side", condition=Q(lln__isnull=False) | Q(uln__isnull=False)),
            models.CheckConstraint(
                name="site_limits_are_positive",
                condition=(Q(lln=None) | Q(lln__gt=0)) & (Q(uln=None) | Q(uln__gt=0)),
            ),
            models.CheckConstraint(
                name="lower_site_limit_below_upper", condition=Q(lln=None) | Q(uln=None) | Q(lln__lt=F("uln"))
            ),
            models.CheckConstraint(
                name="site_limit_is_of_something_from_somewhere",
                condition=~Q(observable="") & ~Q(unit="") & ~Q(source=""),
            ),
        ]
        indexes = [models.Index(fields=["site", "observable", "-id"], name="site_limit_newest")]

    def __str__(self) -> str:
        return f"{self.observable} {self.lln if self.lln is not None else ''} to {self.uln or ''} {self.unit}"
