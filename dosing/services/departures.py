"""How does a patient leave the ward, and what becomes of the cycle that was being given?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from dosing.models import Cycle, Patient, Placement
from dosing.models.course import EndReason
from dosing.selectors.whereabouts import open_course_of, open_cycle_of, running_dose_of
from dosing.services import courses, cycle_end, placements
from dosing.services.people import require_clinician
from dosing.services.refusals import DoseIsRunning, Invalid, ReasonMissing
from il2ward.audit.actor import Actor
from il2ward.staff.models import Bed, Role

DESTINATIONS: Mapping[str, tuple[str, EndReason]] = {
    "home": ("Home", EndReason.DISCHARGED),
    "other_ward": ("Another ward or hospital", EndReason.DISCHARGED),
    "intensive_care": ("Intensive care", EndReason.INTENSIVE_CARE),
    "died": ("Died", EndReason.DIED),
}


@transaction.atomic
def leave(*, patient: Patient, destination: str, reason: str, actor: Actor, at: datetime) -> Cycle | None:
    """Let the patient leave their bed for one of ``DESTINATIONS``; ``reason`` is in the ward's words.

    A physician's word ends the active cycle with it. A nurse's does not: the cycle that stays open is returned, and
    no dose of it can start, because the patient lies in no bed. None: no cycle stays open. Refused while a dose runs.
    """
    if destination not in DESTINATIONS:
        raise Invalid(f"Say where to: {', '.join(words for words, _ in DESTINATIONS.values())}.")
    if not reason.strip():
        raise ReasonMissing("Say in a few words why the patient leaves.")
    _lock_course_of(patient)
    person = require_clinician(actor, patient, at)
    _require_no_running(patient)
    cycle = open_cycle_of(patient)
    if cycle is not None and person.role == Role.PHYSICIAN:
        cycle_end.end_locked(cycle, reason=DESTINATIONS[destination][1], actor=actor, at=at)
        cycle = None
    why: dict[str, object] = {"destination": destination, "reason_text": reason.strip()}
    placements.discharge(patient=patient, actor=actor, at=at, why=why)
    return cycle


@transaction.atomic
def move(*, patient: Patient, bed: Bed, reason: str, actor: Actor, at: datetime) -> Placement:
    """Move the patient to another free bed. To another ward only with a reason, and not while a dose runs."""
    _lock_course_of(patient)
    require_clinician(actor, patient, at)
    lying = Placement.objects.filter(patient=patient, until_at=None).first()
    if lying is not None and lying.ward_id != bed.ward_id:
        if not reason.strip():
            raise ReasonMissing("Say in a few words why the patient goes to another ward.")
        _require_no_running(patient)
    return placements.move(patient=patient, bed=bed, actor=actor, at=at, why={"reason_text": reason.strip()})


def _lock_course_of(patient: Patient) -> None:
    course = open_course_of(patient)
    if course is not None:
        courses.locked(course.pk)


def _require_no_running(patient: Patient) -> None:
    if running := running_dose_of(patient):
        raise DoseIsRunning(f"Dose {running.number} is running. End or interrupt it first.")
