"""What happened, in order, unalterable: the hash-chained event log, its head, and who looked at whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class AuditEvent(models.Model):
    """One act. ``hash`` is sha256 over ``prev_hash`` and the canonical JSON of every other field.

    ``seq`` counts from 1 without gaps. ``body`` is canonical JSON text, kept as text so that its bytes stay
    what was hashed. ``actor_*`` is the person and the role held at the time, or the device; a system act has neither.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_role = models.CharField(max_length=12, default="")
    device = models.ForeignKey("staff.Device", on_delete=models.PROTECT, null=True, related_name="+")
    site = models.ForeignKey("staff.Site", on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=40, default="")
    subject_id = models.CharField(max_length=40, default="")
    patient_id = models.CharField(max_length=40, default="", db_index=True)
    course_id = models.BigIntegerField(null=True, db_index=True)
    body = models.TextField(default="{}")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="audit_seq_from_one", condition=Q(seq__gte=1)),
            models.CheckConstraint(name="audit_actor_is_person_or_device", condition=Q(actor=None) | Q(device=None)),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.event}"


class AuditHead(models.Model):
    """The chain's last link; its row lock is taken last of all and makes the chain one line."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(name="one_audit_head", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"head {self.seq}"


class ReadAccess(models.Model):
    """That a person opened a patient's page."""

    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    patient_id = models.CharField(max_length=40, db_index=True)
    page = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.user} {self.page}"


class ChainCheck(models.Model):
    """That the whole log was walked at ``at`` and what was found (append-only). ``whole`` false: ``first_bad`` is the
    first event that cannot be trusted and ``why`` says why."""

    at = models.DateTimeField()
    whole = models.BooleanField()
    events = models.BigIntegerField()
    anchors = models.BigIntegerField()
    first_bad = models.BigIntegerField(null=True, blank=True)
    why = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="broken_log_names_its_first_bad_event",
                condition=Q(whole=True, first_bad=None) | Q(whole=False, first_bad__isnull=False) & ~Q(why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{'whole' if self.whole else 'broken'} at {self.at:%Y-%m-%d %H:%M}"
