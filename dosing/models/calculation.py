"""Who worked out a cycle's doses a second time, alone, and did the two agree?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class DoseCalculation(models.Model):
    """One second calculation of one amount of a cycle (append-only), also when it did not agree.

    ``first_*`` is what the cycle rests on: weight in kg, height in cm and surface in m2 (None where the basis does
    not need them), ``first_iu`` units per kg or m2 (the dose itself when flat), ``first_dose_iu`` their product.
    ``second_*`` is what the second person entered without seeing it. ``ordered_iu`` is the dose of each slot after
    the site's rounding rule, ``volume_ml`` and ``vials`` what is drawn up. ``differences`` are sentences.
    """

    cycle = models.ForeignKey("dosing.Cycle", on_delete=models.PROTECT, related_name="calculations")
    basis = models.CharField(max_length=10)
    first_weight_kg = models.DecimalField(max_digits=5, decimal_places=2)
    first_height_cm = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    first_surface_m2 = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    first_iu = models.BigIntegerField()
    first_dose_iu = models.BigIntegerField()
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second_weight_kg = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    second_height_cm = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    second_surface_m2 = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    second_iu = models.BigIntegerField(null=True, blank=True)
    second_dose_iu = models.BigIntegerField(null=True, blank=True)
    second_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ordered_iu = models.BigIntegerField()
    volume_ml = models.DecimalField(max_digits=8, decimal_places=2)
    vials = models.PositiveSmallIntegerField()
    agrees = models.BooleanField()
    differences = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dose_calculation_basis_is_known", condition=Q(basis__in=("iu_per_kg", "iu_per_m2", "iu_flat"))
            ),
            models.CheckConstraint(
                name="dose_calculated_again_by_another_person", condition=~Q(second_by=F("first_by"))
            ),
            models.CheckConstraint(
                name="dose_calculation_is_of_positive_amounts",
                condition=Q(first_iu__gt=0, first_dose_iu__gt=0, ordered_iu__gt=0),
            ),
            models.CheckConstraint(
                name="dose_calculations_agree_only_on_equal_numbers",
                condition=Q(agrees=False)
                | Q(
                    second_iu__isnull=False,
                    second_dose_iu__isnull=False,
                    second_iu=F("first_iu"),
                    second_dose_iu=F("first_dose_iu"),
                ),
            ),
            models.CheckConstraint(
                name="dose_calculations_agree_only_on_the_same_size",
                condition=Q(agrees=False)
                | Q(basis="iu_flat")
                | Q(basis="iu_per_kg", second_weight_kg__isnull=False, second_weight_kg=F("first_weight_kg"))
                | Q(
                    basis="iu_per_m2",
                    second_surface_m2__isnull=False,
                    first_surface_m2__isnull=False,
                    second_surface_m2=F("first_surface_m2"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordered_iu:,} units, {'agreed' if self.agrees else 'not agreed'}"


class DoseReduction(models.Model):
    """A physician's smaller dose for one slot, where the regimen's source allows one (append-only); both in units.

    Another person confirmed the amount. The newest reduction of a slot counts.
    """

    dose = models.ForeignKey("dosing.Dose", on_delete=models.PROTECT, related_name="reductions")
    from_iu = models.BigIntegerField()
    to_iu = models.BigIntegerField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dose_reduction_is_a_smaller_dose", condition=Q(to_iu__gt=0, to_iu__lt=F("from_iu"))
            ),
            models.CheckConstraint(name="dose_reduction_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="dose_reduction_confirmed_by_another_person", condition=~Q(confirmed_by=F("by"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_iu:,} to {self.to_iu:,} units"
