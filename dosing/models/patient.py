"""Who is treated and in which bed they lie."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Gender(models.TextChoices):
    """Administrative gender, FHIR's codes."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    UNKNOWN = "unknown", "Not known"


class Patient(models.Model):
    """One person under care at one site; ``mrn`` is the site's medical record number.

    ``allergies`` None means not recorded, "" means none known. ``id`` is a UUIDv7 and says nothing of the person.
    """

    id = models.UUIDField(primary_key=True)
    site = models.ForeignKey("staff.Site", on_delete=models.PROTECT, related_name="patients")
    mrn = models.CharField(max_length=40)
    family_name = models.CharField(max_length=80)
    given_name = models.CharField(max_length=80)
    title = models.CharField(max_length=20, default="", blank=True)
    birth_date = models.DateField()
    gender = models.CharField(max_length=8, choices=Gender.choices)
    allergies = models.TextField(null=True, blank=True)  # noqa: DJ001 - None is "not recorded", "" is "none known"
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "mrn"], name="mrn_once_per_site"),
            models.CheckConstraint(name="patient_has_mrn", condition=~Q(mrn="")),
            models.CheckConstraint(name="patient_has_family_name", condition=~Q(family_name="")),
            models.CheckConstraint(name="patient_gender_is_known", condition=Q(gender__in=Gender.values)),
        ]

    def __str__(self) -> str:
        return f"{self.family_name.upper()}, {self.given_name}"

    @property
    def initials(self) -> str:
        """Given before family name, "A. B."; for a screen that everybody can see."""
        return " ".join(f"{name.strip()[0].upper()}." for name in (self.given_name, self.family_name) if name.strip())


class Placement(models.Model):
    """That a patient lies in a bed of a ward from ``from_at`` until ``until_at`` (exclusive; None: still)."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="placements")
    ward = models.ForeignKey("staff.Ward", on_delete=models.PROTECT, related_name="placements")
    bed = models.ForeignKey("staff.Bed", on_delete=models.PROTECT, related_name="placements")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(until_at=None), name="one_open_placement_per_patient"
            ),
            models.UniqueConstraint(fields=["bed"], condition=Q(until_at=None), name="one_patient_per_bed"),
            models.CheckConstraint(
                name="placement_ends_after_it_begins",
                condition=Q(until_at=None) | Q(until_at__gt=F("from_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient} in {self.bed}"
