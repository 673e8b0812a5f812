"""Which rule text, byte for byte, a course is held to, and who signed it off."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class RuleFile(models.Model):
    """One released rule file, immutable: its text is kept so that any assessment can be replayed from the database.

    ``kind`` is regimen, protocol, overlay, inputs, ctcae or observables; ``sha256`` is over the file's bytes.
    """

    KINDS = ("regimen", "protocol", "overlay", "inputs", "ctcae", "observables")

    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    adopted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "version"], name="rule_file_once_per_version"),
            models.CheckConstraint(
                name="rule_file_kind_is_known",
                condition=Q(kind__in=("regimen", "protocol", "overlay", "inputs", "ctcae", "observables")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class ProtocolSignoff(models.Model):
    """A named physician's word that this protocol (or regimen) version may be used for courses at this site.

    ``minimum_start_to_start_min`` is the site's own minimum between two starts in minutes, signed with a regimen;
    None: the regimen's stands. ``demonstration`` marks a sign-off made by the demo; production refuses courses
    that rest on one.
    """

    site = models.ForeignKey("staff.Site", on_delete=models.PROTECT, related_name="signoffs")
    protocol = models.ForeignKey(RuleFile, on_delete=models.PROTECT, related_name="signoffs")
    physician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    statement = models.TextField()
    demonstration = models.BooleanField(default=False)
    minimum_start_to_start_min = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "protocol"], name="protocol_signed_once_per_site"),
            models.CheckConstraint(
                name="minimum_start_to_start_is_plausible",
                condition=Q(minimum_start_to_start_min=None)
                | Q(minimum_start_to_start_min__gte=360, minimum_start_to_start_min__lte=1440),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.protocol} signed by {self.physician}"
