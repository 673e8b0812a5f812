"""How many doses went in, how many were held, and when did the last one start?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dosing.models import Cycle, Dose, Patient
from dosing.models.dose import BEGUN


def given_in_cycle(cycle: Cycle) -> int:
    """Return how many doses of the cycle were begun, deviations and interrupted ones included."""
    return Dose.objects.filter(cycle=cycle, status__in=BEGUN).count()


def given_in_course(course_id: int) -> int:
    """Return how many doses of the course were begun, deviations and interrupted ones included."""
    return Dose.objects.filter(cycle__course_id=course_id, status__in=BEGUN).count()


def held_among(slots: Iterable[Dose]) -> int:
    """Return how many of the slots were held, by a person or by the slot closing under a hold."""
    return sum(slot.status == "held" for slot in slots)


def last_start_of(patient: Patient) -> datetime | None:
    """Return when the patient's latest dose of any cycle started; None when none ever did."""
    begun = Dose.objects.filter(cycle__course__patient=patient, status__in=BEGUN)
    return begun.order_by("-started_at").values_list("started_at", flat=True).first()


def last_start_among(slots: Iterable[Dose]) -> datetime | None:
    """Return when the latest of the slots that were begun started; None when none was."""
    return max(
        (slot.started_at for slot in slots if slot.status in BEGUN and slot.started_at is not None), default=None
    )
