"""Which systems may ask for a token, by which public keys, and which tokens and assertions are spent or still good?"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class SystemClient(models.Model):
    """A system of the hospital that signs in by its private key (SMART Backend Services).

    What it does is done by its ``device``, whose scopes are the widest it may ask for; revoking the device ends it.
    ``jwks`` are its public keys; with ``jwks_url`` as they were there at ``keys_at``, and ``keys_tried_at`` is when
    somebody last asked for them. Nobody has the device's own key.
    """

    device = models.OneToOneField(
        "staff.Device", on_delete=models.PROTECT, primary_key=True, related_name="system_client"
    )
    client_id = models.CharField(max_length=64, unique=True)
    jwks = models.JSONField()
    jwks_url = models.CharField(max_length=500, default="", blank=True)
    keys_at = models.DateTimeField(null=True, blank=True)
    keys_tried_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="system_client_has_an_id", condition=~Q(client_id=""))]

    def __str__(self) -> str:
        return self.client_id


class UsedAssertion(models.Model):
    """That this signed assertion was used: it is refused from then on. Kept until it has expired anyway."""

    client = models.ForeignKey(SystemClient, on_delete=models.CASCADE, related_name="used_assertions")
    jti = models.CharField(max_length=200)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "jti"], name="assertion_used_once")]

    def __str__(self) -> str:
        return self.jti


class AccessToken(models.Model):
    """A token that was given out, good from ``issued_at`` until ``expires_at`` (exclusive); only its sha256 is kept."""

    client = models.ForeignKey(SystemClient, on_delete=models.CASCADE, related_name="tokens")
    token_sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="token_expires_after_it_is_issued", condition=Q(expires_at__gt=F("issued_at")))
        ]

    def __str__(self) -> str:
        return f"token of {self.client_id}"
