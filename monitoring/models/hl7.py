"""Which HL7 v2 messages came, as they came; what of them waits for a person; what a sender's own words mean."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Hl7Message(models.Model):
    """One message that was taken over, byte for byte (append-only), with what was answered.

    ``application``, ``facility``, ``control_id`` and ``sent`` are MSH-3, MSH-4, MSH-10 and MSH-7 as text: together with
    the device they name the message, and the same bytes again are answered as before. ``content_sha256`` is of the
    text with its line ends made equal. ``answer`` is AA (done) or AE (in quarantine). ``faults`` lists what was wrong
    (``reason``, ``where``, ``code``, ``text``), ``notes`` what the sender should know. ``patient`` None: about nobody
    here, or about several.
    """

    device = models.ForeignKey("staff.Device", on_delete=models.PROTECT, related_name="+")
    application = models.CharField(max_length=120, default="")
    facility = models.CharField(max_length=120, default="")
    control_id = models.CharField(max_length=200)
    sent = models.CharField(max_length=40, default="")
    event = models.CharField(max_length=20)
    version = models.CharField(max_length=12, default="")
    content = models.BinaryField()
    content_sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    answer = models.CharField(max_length=2)
    faults = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    patient = models.ForeignKey("dosing.Patient", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "application", "facility", "control_id", "sent", "content_sha256"],
                name="hl7_message_once",
            ),
            models.CheckConstraint(name="hl7_answer_is_known", condition=Q(answer__in=("AA", "AE"))),
            models.CheckConstraint(name="hl7_message_has_control_id", condition=~Q(control_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.control_id}"


class QuarantinedMessage(models.Model):
    """That a message was attached to nobody and waits for a person (append-only); ``reason`` is a code, ``why`` is
    for people, ``where`` the field such as ``PID-5``. ``identifier``, ``name`` and ``birth_date`` are what the message
    says of the patient, as text."""

    site = models.ForeignKey("staff.Site", on_delete=models.PROTECT, related_name="+")
    message = models.OneToOneField(Hl7Message, on_delete=models.PROTECT, related_name="quarantined")
    reason = models.CharField(max_length=24)
    where = models.CharField(max_length=24, default="")
    why = models.CharField(max_length=300)
    identifier = models.CharField(max_length=120, default="")
    name = models.CharField(max_length=200, default="")
    birth_date = models.CharField(max_length=24, default="")
    put_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="quarantine_has_a_reason", condition=~Q(reason="") & ~Q(why="")),
        ]
        indexes = [models.Index(fields=["site", "-id"], name="quarantine_newest")]

    def __str__(self) -> str:
        return f"{self.message} {self.reason}"


class QuarantineSettlement(models.Model):
    """How a quarantined message was settled, once (append-only): assigned to a patient by two people, taken after all
    because it matches by now, or discarded by one person with a reason."""

    quarantined = models.OneToOneField(QuarantinedMessage, on_delete=models.PROTECT, related_name="settled")
    outcome = models.CharField(max_length=10)
    patient = models.ForeignKey("dosing.Patient", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=300, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="settlement_outcome_is_known", condition=Q(outcome__in=("assigned", "taken", "discarded"))
            ),
            models.CheckConstraint(
                name="assigned_by_two_to_somebody",
                condition=~Q(outcome="assigned")
                | (Q(patient__isnull=False, second__isnull=False) & ~Q(second=F("by")) & ~Q(reason="")),
            ),
            models.CheckConstraint(name="discarded_with_a_reason", condition=~Q(outcome="discarded") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.quarantined_id} {self.outcome}"


class SenderMeaning(models.Model):
    """What one device's own code, unit or name of a place stands for (append-only; of one word the newest row counts).

    ``kind`` code: ``word`` in the code system ``context`` stands for the observable ``meaning``. ``kind`` unit:
    ``word`` sent for the observable ``context`` is the UCUM unit ``meaning``. ``kind`` ward: ``word`` is our ward with
    the code ``meaning``. ``kind`` bed: ``word`` is our bed ``meaning`` (``<ward code>/<label>``), said of the ward with
    the code ``context`` (HL7) or by itself (FHIR, "" then). An empty meaning takes the earlier one back.
    """

    KINDS = ("code", "unit", "ward", "bed")

    device = models.ForeignKey("staff.Device", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4)
    context = models.CharField(max_length=120, default="")
    word = models.CharField(max_length=120)
    meaning = models.CharField(max_length=80, default="", blank=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="meaning_is_of_a_known_kind", condition=Q(kind__in=("code", "unit", "ward", "bed"))
            ),
            models.CheckConstraint(name="ward_is_named_by_itself", condition=~Q(kind="ward") | Q(context="")),
            models.CheckConstraint(name="meaning_of_a_word_for_a_reason", condition=~Q(word="") & ~Q(reason="")),
        ]
        indexes = [models.Index(fields=["device", "kind", "context", "word", "-id"], name="meaning_newest")]

    def __str__(self) -> str:
        return f"{self.word} = {self.meaning}"
