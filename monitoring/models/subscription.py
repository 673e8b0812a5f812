"""Which systems want to be told of what, and which of it waits for delivery?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Subscription(models.Model):
    """One system's wish to be told of one ``topic`` at one address; what is told of it says no name.

    ``salt`` makes its signing secret from the service's own key (named by ``key_print``); the secret itself is kept
    nowhere. Switched off from ``off_at`` on (None: on), gone from ``ended_at`` on. ``made_by`` None: by the system.
    """

    TOPICS = ("hold", "stop", "dose-held", "grade-3", "alert")

    device = models.ForeignKey("staff.Device", on_delete=models.PROTECT, related_name="subscriptions")
    topic = models.CharField(max_length=12)
    address = models.CharField(max_length=500)
    reason = models.CharField(max_length=200, default="", blank=True)
    salt = models.CharField(max_length=64)
    key_print = models.CharField(max_length=16)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    off_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "topic", "address"], condition=Q(ended_at=None), name="subscribed_once"
            ),
            models.CheckConstraint(
                name="subscription_topic_is_known",
                condition=Q(topic__in=("hold", "stop", "dose-held", "grade-3", "alert")),
            ),
            models.CheckConstraint(
                name="subscription_has_address_and_salt", condition=~Q(address="") & ~Q(salt="") & ~Q(key_print="")
            ),
            models.CheckConstraint(
                name="subscription_ends_after_it_began", condition=Q(ended_at=None) | Q(ended_at__gte=F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device}: {self.topic}"


class Delivery(models.Model):
    """One event for one subscription, written with the event itself and kept until it was delivered or given up.

    ``event_id`` is the same at every attempt. ``subject`` names what happened, once per subscription. The oldest open
    one of a subscription goes first and the others wait. ``lease`` is the attempt under way: until ``leased_until``
    (exclusive) nobody else begins one, and only its bearer may say how it ended. ``give_up_at`` ends the attempts.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")
    event_id = models.UUIDField(unique=True)
    subject = models.CharField(max_length=80)
    body = models.TextField()
    occurred_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempted_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=120, default="", blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["subscription", "subject"], name="told_once_per_subscription"),
            models.CheckConstraint(name="delivered_or_given_up", condition=Q(delivered_at=None) | Q(given_up_at=None)),
            models.CheckConstraint(
                name="lease_has_an_end",
                condition=Q(lease=None, leased_until=None) | Q(lease__isnull=False, leased_until__isnull=False),
            ),
            models.CheckConstraint(name="given_up_says_why", condition=Q(given_up_at=None) | ~Q(failure="")),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "id"],
                condition=Q(delivered_at=None, given_up_at=None),
                name="open_deliveries",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.subscription_id}"
