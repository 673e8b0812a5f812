"""Which due times did a physician's delay move, and from when to when?"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class SlotMove(models.Model):
    """One slot's due time before and after a delay (append-only); the slot itself carries the newest.

    ``decision`` is the order, for this slot or for one before it. ``is_lost``: the cycle's days are over by then, the
    slot is not given. ``rule`` is the row of the delays' file (``rules_sha256``) that allowed the order.
    """

    decision = models.ForeignKey("dosing.Decision", on_delete=models.PROTECT, related_name="moves")
    dose = models.ForeignKey("dosing.Dose", on_delete=models.PROTECT, related_name="moves")
    due_before_at = models.DateTimeField()
    due_after_at = models.DateTimeField()
    is_lost = models.BooleanField(default=False)
    rule = models.CharField(max_length=60)
    rules_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "dose"], name="slot_moves_once_per_order"),
            models.CheckConstraint(name="slot_moves_to_a_later_time", condition=Q(due_after_at__gt=F("due_before_at"))),
            models.CheckConstraint(name="slot_move_names_its_rule", condition=~Q(rule="") & ~Q(rules_sha256="")),
        ]

    def __str__(self) -> str:
        return f"{self.due_before_at:%Y-%m-%d %H:%M} to {self.due_after_at:%Y-%m-%d %H:%M} UTC"
