"""How does a patient come into a bed, change it, and leave?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from dosing.models import Patient, Placement
from dosing.services.people import require_clerk
from dosing.services.refusals import BedTaken, ImpossibleTime, Invalid, NotOnTheWard
from dosing.services.trail import note_patient
from il2ward.audit.actor import Actor
from il2ward.staff.models import Bed


@transaction.atomic
def place(*, patient: Patient, bed: Bed, actor: Actor, at: datetime) -> Placement:
    """Lay a patient who lies nowhere into a free bed of their site, from ``at``."""
    require_clerk(actor, patient.site_id)
    if _open_of(patient) is not None:
        raise BedTaken("The patient lies in a bed already. Move them instead.")
    placement = _lie_down(patient, bed, at)
    note_patient(patient, "patient.placed", actor=actor, at=at, body=_where(placement))
    return placement


@transaction.atomic
def move(
    *, patient: Patient, bed: Bed, actor: Actor, at: datetime, why: Mapping[str, object] | None = None
) -> Placement:
    """Move a patient to another free bed, perhaps of another ward, at ``at``; ``why`` goes to the log."""
    require_clerk(actor, patient.site_id)
    left = _get_up(patient, at)
    placement = _lie_down(patient, bed, at)
    body = {**_where(placement), **(why or {})}
    note_patient(patient, "patient.moved", actor=actor, at=at, body=body, ward_id=left.ward_id)
    return placement


@transaction.atomic
def discharge(*, patient: Patient, actor: Actor, at: datetime, why: Mapping[str, object] | None = None) -> Placement:
    """End the patient's placement at ``at``; ``why`` goes to the log.

    It ends no cycle: a physician does; but no dose starts in no bed.
    """
    require_clerk(actor, patient.site_id)
    left = _get_up(patient, at)
    body = {**_where(left), **(why or {})}
    note_patient(patient, "patient.discharged", actor=actor, at=at, body=body, ward_id=left.ward_id)
    return left


def _open_of(patient: Patient) -> Placement | None:
    return Placement.objects.select_for_update().filter(patient=patient, until_at=None).first()


def _lie_down(patient: Patient, bed: Bed, at: datetime) -> Placement:
    if bed.ward.site_id != patient.site_id:
        raise Invalid("That bed is of another hospital.")
    if Placement.objects.filter(bed=bed, until_at=None).exists():
        raise BedTaken(f"Another patient lies in bed {bed}.")
    return Placement.objects.create(patient=patient, ward_id=bed.ward_id, bed=bed, from_at=at)


def _get_up(patient: Patient, at: datetime) -> Placement:
    placement = _open_of(patient)
    if placement is None:
        raise NotOnTheWard("The patient lies in no bed.")
    if at <= placement.from_at:
        raise ImpossibleTime("The patient cannot leave the bed before they came into it.")
    placement.until_at = at
    placement.save(update_fields=["until_at"])
    return placement


def _where(placement: Placement) -> dict[str, object]:
    return {"ward": placement.ward_id, "bed": placement.bed_id}
