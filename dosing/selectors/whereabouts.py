"""Where a patient lies now, and which course, cycle and dose is open for them."""

from __future__ import annotations

from dosing.models import Course, Cycle, Dose, Patient, Placement


def ward_of(patient: Patient) -> int | None:
    """The id of the ward the patient lies in now; None: in no bed."""
    return Placement.objects.filter(patient=patient, until_at=None).values_list("ward_id", flat=True).first()


def last_ward_of(patient: Patient) -> int | None:
    """Return the ward the patient lies in or lay in last, whose staff may write about them; None: never placed."""
    placements = Placement.objects.filter(patient=patient).order_by("-from_at", "-id")
    return placements.values_list("ward_id", flat=True).first()


def open_course_of(patient: Patient) -> Course | None:
    """The patient's course that has not ended; None when there is none. At most one exists (a constraint)."""
    return Course.objects.filter(patient=patient).exclude(status="ended").first()


def open_cycle_of(patient: Patient) -> Cycle | None:
    """Return the patient's cycle that has not ended; None when there is none."""
    return Cycle.objects.filter(course__patient=patient).exclude(status="ended").select_related("course").first()


def running_dose_of(patient: Patient) -> Dose | None:
    """Return the patient's dose that runs now; None when none does."""
    return Dose.objects.filter(cycle__course__patient=patient, status="started").first()
