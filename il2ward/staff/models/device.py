"""What may send without a person: a monitor gateway, a laboratory system, a script, each with its own key."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Device(models.Model):
    """One sender with an API key. Only ``key_prefix`` and the sha256 of the key are kept, never the key.

    ``scopes`` are words such as ``observation:write``. ``laboratory`` senders report verified results;
    anything else is a feed nobody looked at (``Origin.DEVICE``). A revoked device is refused for ever.
    """

    site = models.ForeignKey("staff.Site", on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=80)
    key_prefix = models.CharField(max_length=12, unique=True)
    key_sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    laboratory = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="device_name_once_per_site"),
            models.CheckConstraint(
                name="device_revoked_after_created",
                condition=Q(revoked_at=None) | Q(revoked_at__gte=models.F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
