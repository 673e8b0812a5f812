"""Who is told when nobody answers: how soon on each ward, who is on call, where they are reached, what was sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

ON_CALL_RUNGS = ("first", "second")
OUTWARD_RUNGS = (*ON_CALL_RUNGS, "fallback")
CHANNELS = ("email", "webhook")
LONGEST_MIN = 240


def _minutes() -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField()


class EscalationTimes(models.Model):
    """How long a ward's alerts wait, in whole minutes (append-only; the newest row of a ward counts).

    ``step_*``: unanswered that long, the alert goes to the next rung. ``ack_*``: how long an acknowledgement holds.
    """

    ward = models.ForeignKey("staff.Ward", on_delete=models.PROTECT, related_name="escalation_times")
    step_high_min = _minutes()
    step_medium_min = _minutes()
    ack_high_min = _minutes()
    ack_medium_min = _minutes()
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="escalation_times_are_minutes",
                condition=Q(
                    step_high_min__range=(1, LONGEST_MIN), step_medium_min__range=(1, LONGEST_MIN),
                    ack_high_min__range=(1, LONGEST_MIN), ack_medium_min__range=(1, LONGEST_MIN),
                ),
            ),
            models.CheckConstraint(
                name="high_alerts_wait_no_longer",
                condition=Q(step_high_min__lte=F("step_medium_min"), ack_high_min__lte=F("ack_medium_min")),
            ),
            models.CheckConstraint(name="escalation_times_have_a_reason", condition=~Q(reason="")),
        ]  # fmt: skip
        indexes = [models.Index(fields=["ward", "-id"], name="escalation_times_newest")]

    def __str__(self) -> str:
        return f"{self.ward}: {self.step_high_min} min"


class OnCallShift(models.Model):
    """That a physician is on call for a ward as first or second, from ``from_at`` until ``until_at`` (exclusive).

    A shift that is taken out of the plan keeps its row: it counts until ``withdrawn_at`` (exclusive).
    """

    ward = models.ForeignKey("staff.Ward", on_delete=models.PROTECT, related_name="on_call_shifts")
    rung = models.CharField(max_length=8)
    physician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="on_call_shifts")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="on_call_rung_is_known", condition=Q(rung__in=ON_CALL_RUNGS)),
            models.CheckConstraint(name="on_call_ends_after_it_begins", condition=Q(until_at__gt=F("from_at"))),
            models.CheckConstraint(
                name="on_call_withdrawn_by_somebody",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["ward", "rung", "until_at"], name="shifts_of_ward")]

    def __str__(self) -> str:
        return f"{self.physician} {self.rung} on call"


class ContactAddress(models.Model):
    """Where a physician, or a ward as its last resort, is reached outside the ward; in use until ``ended_at``."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="contact_addresses"
    )
    ward = models.ForeignKey(
        "staff.Ward", on_delete=models.PROTECT, null=True, blank=True, related_name="contact_addresses"
    )
    channel = models.CharField(max_length=8)
    address = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="address_of_a_person_or_a_ward",
                condition=Q(person=None, ward__isnull=False) | Q(person__isnull=False, ward=None),
            ),
            models.CheckConstraint(name="address_channel_is_known", condition=Q(channel__in=CHANNELS) & ~Q(address="")),
            models.UniqueConstraint(
                fields=["person", "channel", "address"],
                condition=Q(ended_at=None, person__isnull=False),
                name="address_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["ward", "channel", "address"],
                condition=Q(ended_at=None, ward__isnull=False),
                name="address_once_per_ward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.address}"


class AlertDelivery(models.Model):
    """One message about an alert that must leave the ward: the outbox row, kept with what became of it.

    Neither name nor value is stored or sent. ``person`` None: the ward's last resort. It is open until one of
    ``sent_at``, ``given_up_at`` (tried too often) or ``spared_at`` (answered or cleared before it was sent) is set.
    ``leased_until`` keeps two workers from sending it at once; a worker that dies leaves a lease that runs out, so a
    message may come twice, with the same id, and is never lost.
    """

    alert = models.ForeignKey("monitoring.Alert", on_delete=models.PROTECT, related_name="deliveries")
    rung = models.CharField(max_length=8)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(max_length=8)
    address = models.CharField(max_length=300)
    severity = models.CharField(max_length=6)
    created_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_index=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    spared_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="delivery_rung_is_known", condition=Q(rung__in=OUTWARD_RUNGS)),
            models.CheckConstraint(name="delivery_channel_is_known", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(
                name="delivery_ends_one_way",
                condition=Q(sent_at=None, given_up_at=None)
                | Q(sent_at=None, spared_at=None)
                | Q(given_up_at=None, spared_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} about alert {self.alert_id}"
