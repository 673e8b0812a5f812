"""By which name does a sender know an admission or an order that it created here?"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SentResource(models.Model):
    """That a sender's own ``identifier`` (``system|value``) is this admission or this course (append-only).

    The same name is of one thing only at a site, so that the same message twice creates nothing twice.
    """

    site = models.ForeignKey("staff.Site", on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=120)
    placement = models.ForeignKey(
        "dosing.Placement", on_delete=models.PROTECT, null=True, blank=True, related_name="sent_as"
    )
    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, null=True, blank=True, related_name="sent_as")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "identifier"], condition=Q(course=None), name="admission_named_once_per_site"
            ),
            models.UniqueConstraint(
                fields=["site", "identifier"], condition=Q(placement=None), name="order_named_once_per_site"
            ),
            models.CheckConstraint(
                name="sent_resource_is_one_thing",
                condition=Q(placement__isnull=False, course=None) | Q(placement=None, course__isnull=False),
            ),
            models.CheckConstraint(name="sent_resource_has_a_name", condition=~Q(identifier="")),
        ]

    def __str__(self) -> str:
        return self.identifier
