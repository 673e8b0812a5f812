"""One treatment course and its cycles, with the rules pinned at its start."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class CourseStatus(models.TextChoices):
    """Where a course stands."""

    PLANNED = "planned", "Planned"
    ACTIVE = "active", "Active"
    ENDED = "ended", "Ended"


class EndReason(models.TextChoices):
    """Why a cycle (and with it perhaps the course) ended."""

    COMPLETED = "completed", "All doses accounted for"
    TOXICITY = "toxicity", "Stopped for toxicity"
    PHYSICIAN = "physician", "Physician's decision"
    INTENSIVE_CARE = "intensive_care", "Transferred to intensive care"
    DISCHARGED = "discharged", "Discharged"
    DIED = "died", "Died"
    CONSENT_WITHDRAWN = "consent_withdrawn", "Consent withdrawn"
    PROGRESSION = "progression", "Progressive disease"
    COMPLETE_RESPONSE = "complete_response", "Complete response"
    INTOLERANCE = "intolerance", "Intolerance of reversible effects"
    OTHER = "other", "Other, or not ascertainable"


class Course(models.Model):
    """One treatment course, number 1, 2, 3 for its patient.

    ``evidence_seq`` rises with every fact recorded for the patient while the course is open; ``assessed_seq`` is
    how far grading has come: smaller means "being assessed", since ``evidence_at`` at the latest. ``target_sbp``
    is the systolic target in mm[Hg] written on admission; None: not set, no assessment can decide.
    """

    patient = models.ForeignKey("dosing.Patient", on_delete=models.PROTECT, related_name="courses")
    site = models.ForeignKey("staff.Site", on_delete=models.PROTECT, related_name="courses")
    number = models.PositiveSmallIntegerField()
    regimen = models.ForeignKey("dosing.RuleFile", on_delete=models.PROTECT, related_name="+")
    protocol = models.ForeignKey("dosing.RuleFile", on_delete=models.PROTECT, related_name="+")
    overlay = models.ForeignKey("dosing.RuleFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    inputs = models.ForeignKey("dosing.RuleFile", on_delete=models.PROTECT, related_name="+")
    ctcae = models.ForeignKey("dosing.RuleFile", on_delete=models.PROTECT, related_name="+")
    observables = models.ForeignKey("dosing.RuleFile", on_delete=models.PROTECT, related_name="+")
    target_sbp = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=CourseStatus.choices, default=CourseStatus.PLANNED)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason.choices, default="", blank=True)
    evidence_seq = models.BigIntegerField(default=0)
    assessed_seq = models.BigIntegerField(default=0)
    evidence_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "number"], name="course_number_once_per_patient"),
            models.UniqueConstraint(
                fields=["patient"], condition=~Q(status="ended"), name="one_open_course_per_patient"
            ),
            models.CheckConstraint(name="course_number_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="course_status_is_known", condition=Q(status__in=CourseStatus.values)),
            models.CheckConstraint(
                name="course_ended_iff_ended_at",
                condition=Q(status="ended", ended_at__isnull=False) & ~Q(end_reason="")
                | ~Q(status="ended") & Q(ended_at__isnull=True, end_reason=""),
            ),
            models.CheckConstraint(
                name="course_target_sbp_is_plausible",
                condition=Q(target_sbp=None) | Q(target_sbp__gte=60, target_sbp__lte=140),
            ),
            models.CheckConstraint(
                name="never_assessed_beyond_the_evidence", condition=Q(assessed_seq__lte=F("evidence_seq"))
            ),
        ]

    def __str__(self) -> str:
        return f"course {self.number}"

    @property
    def is_being_assessed(self) -> bool:
        """Whether some fact has been recorded that no grading has seen yet."""
        return self.assessed_seq < self.evidence_seq


class CycleStatus(models.TextChoices):
    """Where a cycle stands."""

    PLANNED = "planned", "Planned"
    ACTIVE = "active", "Active"
    ENDED = "ended", "Ended"


class Cycle(models.Model):
    """One admission block of a course; ``dosing_weight_kg`` is fixed at its start and never follows the scales.

    ``starts_at`` is when slot 1 was planned to be due. ``height_cm`` is there where the regimen doses by body surface,
    ``cells_infused_at`` where it follows an infusion of cells. ``sized_by`` entered the present weight and height;
    None: whoever started the cycle did.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=8, choices=CycleStatus.choices, default=CycleStatus.PLANNED)
    dosing_weight_kg = models.DecimalField(max_digits=5, decimal_places=2)
    height_cm = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    sized_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    starts_at = models.DateTimeField()
    cells_infused_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.CharField(max_length=20, choices=EndReason.choices, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="cycle_number_once_per_course"),
            models.UniqueConstraint(fields=["course"], condition=~Q(status="ended"), name="one_open_cycle_per_course"),
            models.CheckConstraint(name="cycle_number_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="dosing_weight_is_plausible",
                condition=Q(dosing_weight_kg__gte=30, dosing_weight_kg__lte=250),
            ),
            models.CheckConstraint(
                name="height_is_plausible", condition=Q(height_cm=None) | Q(height_cm__gte=100, height_cm__lte=250)
            ),
            models.CheckConstraint(
                name="cycle_ended_iff_ended_at",
                condition=Q(status="ended", ended_at__isnull=False) & ~Q(end_reason="")
                | ~Q(status="ended") & Q(ended_at__isnull=True, end_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"cycle {self.number}"


class CycleCheck(models.Model):
    """One start check of a cycle, signed by a physician; without all of them no dose may start."""

    ITEMS = (
        "consent", "ecg", "pregnancy_test", "weight", "pressure_target", "baseline_labs", "rest_since_last_cycle",
    )  # fmt: skip

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="checks")
    item = models.CharField(max_length=24)
    answer = models.CharField(max_length=16)
    note = models.CharField(max_length=200, default="", blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "item"], name="cycle_check_once_per_item"),
            models.CheckConstraint(
                name="cycle_check_answer_is_known", condition=Q(answer__in=("done", "not_applicable"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.answer}"
