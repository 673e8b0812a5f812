"""Which tests are ordered and not yet answered: while one is pending, "not done" is not an answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

TESTS = ("ecg", "fobt", "heme_test_fluids", "troponin_i", "troponin_t", "ck_mb")


class TestOrder(models.Model):
    """One ordered test of a course. ``closed_at`` None: nobody has closed it; a laboratory result that came after
    ``ordered_at`` answers an enzyme's order by itself."""

    __test__ = False  # the name is the ward's, not a test's

    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="test_orders")
    test = models.CharField(max_length=20)
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="test_order_is_known", condition=Q(test__in=TESTS)),
            models.UniqueConstraint(
                fields=["course", "test"], condition=Q(closed_at=None), name="one_open_order_per_test"
            ),
            models.CheckConstraint(
                name="test_order_closed_by_somebody_with_a_reason",
                condition=Q(closed_at=None, closed_by=None, reason="")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="test_order_closed_after_it_was_made",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("ordered_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.test
