"""One numbered slot of a cycle and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class DoseStatus(models.TextChoices):
    """What became of a slot. Due, overdue and NOT YET DUE are computed from ``due_at``, never stored."""

    PLANNED = "planned", "Planned"
    STARTED = "started", "Running"
    GIVEN = "given", "Given"
    INTERRUPTED = "interrupted", "Interrupted"
    HELD = "held", "Held"
    REFUSED = "refused", "Refused"
    OMITTED = "omitted", "Omitted"


class IdentityCheck(models.TextChoices):
    """How the nurse made sure of the patient."""

    WRISTBAND = "wristband", "Wristband scanned"
    TYPED = "typed", "Identifier typed"


BEGUN = ("started", "given", "interrupted")
NOT_GIVEN = ("held", "refused", "omitted")


class Dose(models.Model):
    """One numbered slot. ``dose_iu`` is the computed dose, ``given_iu`` what went in; both whole units.

    ``assessment`` and ``decision`` are those that let it start. ``deviation`` marks a dose that was in fact
    given against the gate; it counts towards every maximum.
    """

    cycle = models.ForeignKey("dosing.Cycle", on_delete=models.PROTECT, related_name="doses")
    number = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    dose_iu = models.BigIntegerField()
    status = models.CharField(max_length=11, choices=DoseStatus.choices, default=DoseStatus.PLANNED)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    given_iu = models.BigIntegerField(null=True, blank=True)
    reason_code = models.CharField(max_length=40, default="", blank=True)
    reason_text = models.TextField(default="", blank=True)
    identity_check = models.CharField(max_length=10, choices=IdentityCheck.choices, default="", blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    assessment = models.ForeignKey(
        "dosing.Assessment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.OneToOneField(
        "dosing.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="used_for"
    )
    deviation = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="dose_number_once_per_cycle"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(status="started"), name="one_running_dose_per_cycle"),
            models.CheckConstraint(name="dose_number_from_1_to_40", condition=Q(number__gte=1, number__lte=40)),
            models.CheckConstraint(name="dose_is_a_positive_amount", condition=Q(dose_iu__gt=0)),
            models.CheckConstraint(name="dose_status_is_known", condition=Q(status__in=DoseStatus.values)),
            models.CheckConstraint(
                name="dose_begun_iff_started_at",
                condition=Q(status__in=BEGUN, started_at__isnull=False)
                | ~Q(status__in=BEGUN) & Q(started_at__isnull=True),
            ),
            models.CheckConstraint(
                name="dose_ended_iff_amount_given",
                condition=Q(status__in=("given", "interrupted"), ended_at__isnull=False, given_iu__isnull=False)
                | ~Q(status__in=("given", "interrupted")) & Q(ended_at__isnull=True, given_iu__isnull=True),
            ),
            models.CheckConstraint(
                name="dose_ends_after_it_starts",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="dose_not_given_has_reason",
                condition=~Q(status__in=("held", "refused", "omitted", "interrupted")) | ~Q(reason_code=""),
            ),
            models.CheckConstraint(
                name="dose_begun_names_who",
                condition=~Q(status__in=BEGUN) | Q(started_by__isnull=False),
            ),
            models.CheckConstraint(
                name="dose_checked_by_another_person",
                condition=Q(checked_by=None) | ~Q(checked_by=F("started_by")),
            ),
            models.CheckConstraint(
                name="dose_begun_rests_on_assessment_or_is_deviation",
                condition=~Q(status__in=BEGUN)
                | Q(deviation=True)
                | Q(assessment__isnull=False, checked_by__isnull=False) & ~Q(identity_check=""),
            ),
            models.CheckConstraint(
                name="given_amount_within_dose",
                condition=Q(given_iu=None) | Q(given_iu__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"dose {self.number}"
