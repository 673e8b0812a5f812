"""What was given against the effects of a dose, and when?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class RescueKind(models.TextChoices):
    """What is logged as rescue: rigor, fever and pressure, as the ward names it."""

    MEPERIDINE = "meperidine", "Meperidine (pethidine), for rigor"
    ACETAMINOPHEN = "acetaminophen", "Acetaminophen (paracetamol), for fever"
    OTHER_ANTIPYRETIC = "other_antipyretic", "Another drug for fever"
    FLUID_BOLUS = "fluid_bolus", "Fluid bolus"


UNIT_OF = {
    RescueKind.MEPERIDINE: "mg",
    RescueKind.ACETAMINOPHEN: "mg",
    RescueKind.OTHER_ANTIPYRETIC: "mg",
    RescueKind.FLUID_BOLUS: "mL",
}


class Rescue(models.Model):
    """One rescue given after ``dose`` began, at ``given_at``; ``recorded_at`` is when it was told. Never changed.

    It is a record, not an order: il2ward says neither whether nor how much.
    """

    dose = models.ForeignKey("dosing.Dose", on_delete=models.PROTECT, related_name="rescues")
    kind = models.CharField(max_length=20, choices=RescueKind.choices)
    amount = models.DecimalField(max_digits=7, decimal_places=2)
    unit = models.CharField(max_length=2)
    note = models.CharField(max_length=200, default="", blank=True)
    given_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="rescue_amount_is_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="rescue_given_before_it_is_told", condition=Q(given_at__lte=F("recorded_at"))),
            models.CheckConstraint(
                name="rescue_has_its_unit",
                condition=Q(kind=RescueKind.FLUID_BOLUS, unit="mL")
                | Q(
                    kind__in=(RescueKind.MEPERIDINE, RescueKind.ACETAMINOPHEN, RescueKind.OTHER_ANTIPYRETIC), unit="mg"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} {self.unit}"
