"""What was measured or charted, exactly as it came, and where each patient's values stand now."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Observation(models.Model):
    """One measured or charted fact (append-only); a correction is a new row that names the one it ``replaces``.

    ``id`` is a UUIDv7 of the time of recording. ``observable`` is a key of the observables file, or "" for a code we
    do not know (kept, listed, never graded). ``value`` is the number as text exactly as sent, "" when there was none;
    ``code`` is for coded inputs. ``range_low``/``range_high`` are the sender's reference limits as text.
    ``interval_start`` is set for volumes charted over an interval ending at ``observed_at``. ``not_gradable`` says in
    ward words why the value cannot be used ("" when it can); ``unlikely`` marks a plausible but rare value.
    """

    id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey("dosing.Patient", on_delete=models.PROTECT, related_name="observations")
    site = models.ForeignKey("staff.Site", on_delete=models.PROTECT, related_name="+")
    observable = models.CharField(max_length=40, default="")
    sent_code = models.CharField(max_length=120, default="")
    sent_system = models.CharField(max_length=120, default="")
    value = models.CharField(max_length=200, default="")
    comparator = models.CharField(max_length=2, default="")
    unit = models.CharField(max_length=40, default="")
    code = models.CharField(max_length=40, default="")
    range_low = models.CharField(max_length=40, default="")
    range_high = models.CharField(max_length=40, default="")
    status = models.CharField(max_length=16, default="final")
    origin = models.CharField(max_length=10)
    observed_at = models.DateTimeField()
    interval_start = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    device = models.ForeignKey("staff.Device", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.CharField(max_length=200, default="", blank=True)
    not_gradable = models.CharField(max_length=120, default="")
    unlikely = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="observation_has_one_author",
                condition=(Q(recorded_by__isnull=False, device=None) | Q(recorded_by=None, device__isnull=False)),
            ),
            models.CheckConstraint(
                name="observation_status_is_known",
                condition=Q(
                    status__in=(
                        "preliminary",
                        "final",
                        "amended",
                        "corrected",
                        "cancelled",
                        "entered-in-error",
                    )
                ),
            ),
            models.CheckConstraint(
                name="observation_origin_is_known",
                condition=Q(origin__in=("charted", "laboratory", "device")),
            ),
            models.CheckConstraint(
                name="observation_comparator_is_known", condition=Q(comparator__in=("", "<", "<=", ">", ">="))
            ),
            models.CheckConstraint(
                name="unknown_code_is_not_gradable", condition=(~Q(observable="") | ~Q(not_gradable=""))
            ),
            models.CheckConstraint(
                name="interval_begins_before_it_ends",
                condition=(Q(interval_start=None) | Q(interval_start__lt=F("observed_at"))),
            ),
            models.CheckConstraint(
                name="correction_has_a_reason",
                condition=(Q(replaces=None) | Q(recorded_by=None) | ~Q(reason="")),
            ),
        ]
        indexes = [
            # the newest of one observable for one patient, and the window of an assessment
            models.Index(fields=["patient", "observable", "-observed_at"], name="observation_newest"),
            models.Index(fields=["patient", "-observed_at"], name="observation_window"),
        ]

    def __str__(self) -> str:
        return f"{self.observable or self.sent_code} {self.comparator}{self.value or self.code} {self.unit}".strip()


class SenderVersion(models.Model):
    """That a sender's own id and version is this observation: the same message twice stores nothing twice.

    ``sender`` is ``device:<pk>`` or ``user:<pk>``; ``content_sha256`` tells a replay from a reuse of the id.
    """

    sender = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    version = models.CharField(max_length=40, default="")
    content_sha256 = models.CharField(max_length=64)
    observation = models.OneToOneField(Observation, on_delete=models.PROTECT, related_name="sender_version")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "external_id", "version"], name="sender_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.external_id} {self.version}"


class CurrentValue(models.Model):
    """Where one observable of one patient stands now: the newest row, and the grade it got.

    Kept in the insert's transaction, so that the board never reads history. ``grades`` maps CTCAE term keys to
    ``{"grade": int|null, "proposed": bool, "at_least": bool, "why": str}``; ``graded`` is false while it waits.
    """

    patient = models.ForeignKey("dosing.Patient", on_delete=models.PROTECT, related_name="current_values")
    observable = models.CharField(max_length=40)
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="+")
    observed_at = models.DateTimeField()
    graded = models.BooleanField(default=False)
    grades = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "observable"], name="one_current_value_per_observable"),
        ]

    def __str__(self) -> str:
        return f"{self.observable} at {self.observed_at:%H:%M}"


class CourseBaseline(models.Model):
    """The value a course's changes are measured against: the last one before its first dose unless a person
    chose another with a reason. Append-only; the newest row per observable counts."""

    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="baselines")
    observable = models.CharField(max_length=40)
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="chosen_baseline_has_a_reason", condition=Q(set_by=None) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"baseline {self.observable}"
