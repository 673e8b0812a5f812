"""How does a person become a patient of a site?"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from dosing.models import Patient
from dosing.models.patient import Gender
from dosing.services.people import require_clerk
from dosing.services.refusals import IncompletePatient, MrnTaken
from dosing.services.trail import note_patient
from il2ward.audit.actor import Actor
from il2ward.identity import uuid7
from il2ward.staff.models import Site


@transaction.atomic
def register(
    *,
    site: Site,
    mrn: str,
    family_name: str,
    given_name: str,
    birth_date: date,
    gender: str,
    actor: Actor,
    at: datetime,
    title: str = "",
    allergies: str | None = None,
) -> Patient:
    """Enter a patient; ``allergies`` None is "not recorded", "" is "none known". Raises MrnTaken, IncompletePatient."""
    require_clerk(actor, site.pk)
    mrn = mrn.strip()
    _require_complete(mrn, family_name, birth_date, gender, at)
    if Patient.objects.filter(site=site, mrn=mrn).exists():
        raise MrnTaken(f"Record number {mrn} belongs to a patient of this hospital already.")
    patient = Patient.objects.create(
        id=uuid7(at),
        site=site,
        mrn=mrn,
        family_name=family_name.strip(),
        given_name=given_name.strip(),
        title=title,
        birth_date=birth_date,
        gender=gender,
        allergies=allergies,
        registered_at=at,
    )
    note_patient(patient, "patient.registered", actor=actor, at=at, body={"allergies_recorded": allergies is not None})
    return patient


def _require_complete(mrn: str, family_name: str, birth_date: date, gender: str, at: datetime) -> None:
    if not mrn or not family_name.strip():
        raise IncompletePatient("A patient needs a record number and a family name.")
    if birth_date > at.date():
        raise IncompletePatient("The date of birth lies in the future.")
    if gender not in Gender.values:
        raise IncompletePatient(f"Gender must be one of {', '.join(Gender.values)}.")
