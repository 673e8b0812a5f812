"""How does a patient get another record number, when the hospital says that two numbers are one person?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dosing.models import Patient
from dosing.services.people import require_clerk
from dosing.services.refusals import IncompletePatient, MrnTaken
from dosing.services.trail import note_patient
from il2ward.audit.actor import Actor


@transaction.atomic
def renumber(*, patient: Patient, mrn: str, actor: Actor, at: datetime) -> Patient:
    """Give the patient the number they go by from now on; the old one stays in the log.

    Raises MrnTaken when another patient bears it: two patients of ours never become one.
    """
    require_clerk(actor, patient.site_id)
    mrn = mrn.strip()
    if not mrn:
        raise IncompletePatient("A patient needs a record number.")
    if Patient.objects.filter(site_id=patient.site_id, mrn=mrn).exclude(pk=patient.pk).exists():
        raise MrnTaken(f"Record number {mrn} belongs to another patient of this hospital already.")
    before, patient.mrn = patient.mrn, mrn
    patient.save(update_fields=["mrn"])
    note_patient(patient, "patient.renumbered", actor=actor, at=at, body={"before": before, "after": mrn})
    return patient
