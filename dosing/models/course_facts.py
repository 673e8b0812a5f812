"""What is documented of a patient before a course, and how the tumour responded to it?"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class EligibilityAnswer(models.Model):
    """One documented fact before treatment (append-only); the newest of a fact counts.

    ``value`` is a plain decimal number or the option's key; "" takes the fact back: it is not documented any more.
    ``rules_sha256`` is the eligibility rules that knew the fact; ``seen_in`` says where it was read.
    """

    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="eligibility_answers")
    fact = models.CharField(max_length=60)
    value = models.CharField(max_length=40, default="", blank=True)
    seen_in = models.CharField(max_length=200, default="", blank=True)
    rules_sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="eligibility_answer_names_its_fact", condition=~Q(fact=""))]
        indexes = [models.Index(fields=["course", "fact", "-id"], name="eligibility_newest_of_fact")]

    def __str__(self) -> str:
        return f"{self.fact}: {self.value or 'not documented'}"


class ResponseEntry(models.Model):
    """A physician's word on the response to a course, by one source's definition (append-only).

    ``category`` is that source's code; ``computed`` what the definition makes of ``facts``, "" where they leave it
    open. ``outlook`` are the facts that advice on another course needs. ``assessed_on`` is the day of the imaging.
    """

    course = models.ForeignKey("dosing.Course", on_delete=models.PROTECT, related_name="responses")
    definition = models.CharField(max_length=40)
    category = models.CharField(max_length=40)
    computed = models.CharField(max_length=40, default="", blank=True)
    assessed_on = models.DateField()
    facts = models.JSONField(default=dict)
    outlook = models.JSONField(default=dict)
    note = models.CharField(max_length=500, default="", blank=True)
    rules_sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="response_names_its_definition_and_category", condition=~Q(definition="") & ~Q(category="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} by {self.definition}"
