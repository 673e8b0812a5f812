"""Where care happens: hospital site, ward, bed."""

from __future__ import annotations

from django.db import models


class Site(models.Model):
    """One hospital; every patient-bearing row knows its site. ``time_zone`` is an IANA name, for the screen only."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")

    def __str__(self) -> str:
        return self.name


class Ward(models.Model):
    """One ward of a site; people and devices are members of wards."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="wards")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="ward_code_once_per_site")]

    def __str__(self) -> str:
        return self.name


class Bed(models.Model):
    """One bed of a ward, named as on its wall."""

    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="beds")
    label = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ward", "label"], name="bed_label_once_per_ward")]

    def __str__(self) -> str:
        return self.label
