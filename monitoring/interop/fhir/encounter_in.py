"""Into which bed does a sent Encounter lay whom? A cycle of treatment is started by a physician here, never by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from dosing.models import Patient, Placement
from dosing.services import placements
from dosing.services.refusals import Invalid
from il2ward.audit.actor import Actor
from il2ward.http.problems import shown
from il2ward.staff.models import Bed
from monitoring.interop.fhir import elements
from monitoring.interop.fhir.outcomes import refuse
from monitoring.interop.fhir.patients_out import bed_name, bed_system
from monitoring.interop.fhir.subjects import Subjects
from monitoring.models import SentResource
from monitoring.selectors.sender_places import address_of, bed_meant
from monitoring.selectors.senders import FUTURE
from monitoring.services import sent_resources

ROOT = "Encounter"
BEGUN = ("arrived", "in-progress")


class NameUsed(Invalid):
    """The sender's own identifier names another admission or order."""


def admit(tree: Mapping[str, Any], condition: str, actor: Actor, at: datetime) -> tuple[Placement, bool]:
    """Return the stay in the bed that ``tree`` names, and whether it is new; it counts from now on.

    Raises BadResource for what is missing or unknown, BedTaken and its like when the bed or the patient is not free.
    """
    for name in ("modifierExtension", "implicitRules"):
        if name in tree:
            raise refuse(f"{ROOT}.{name}", "It may change the meaning, and it is not understood here.", "extension")
    _require_begun(tree, at)
    patient = Subjects(actor, at).of(tree, ROOT)
    identifier = elements.external_id(tree, ROOT) or condition
    if condition and identifier != condition:
        raise refuse("If-None-Exist", "It must ask for the identifier that the Encounter has.", "value")
    bed = _bed(tree, patient, actor)
    with transaction.atomic():
        if (known := _known(identifier, patient, bed)) is not None:
            return known, False
        made = placements.place(patient=patient, bed=bed, actor=actor, at=at)
        sent_resources.name_admission(made, identifier=identifier, at=at)
    return made, True


def _known(identifier: str, patient: Patient, bed: Bed) -> Placement | None:
    """The stay that goes by this name, or the one in this very bed; raises NameUsed for a name of somebody else's."""
    rows = SentResource.objects.filter(site_id=patient.site_id, identifier=identifier, course=None)
    named = rows.select_related("placement").first() if identifier else None
    if named is not None and named.placement is not None:
        if named.placement.patient_id != patient.pk:
            raise NameUsed("This identifier names another patient's admission.")
        return named.placement
    return Placement.objects.filter(patient=patient, bed=bed, until_at=None).first()


def _require_begun(tree: Mapping[str, Any], at: datetime) -> None:
    if tree.get("status") not in BEGUN:
        raise refuse(f"{ROOT}.status", f"Only an admission that has begun is taken: {' or '.join(BEGUN)}.")
    kind = elements.mapping(tree.get("class", {}), f"{ROOT}.class")
    if kind.get("code") != "IMP":
        raise refuse(f"{ROOT}.class", "Only inpatient stays (IMP) are taken.")
    period = elements.mapping(tree.get("period", {}), f"{ROOT}.period")
    if "end" in period:
        raise refuse(f"{ROOT}.period.end", "An admission that is over is not taken.", "not-supported")
    if "start" in period and elements.moment(period["start"], f"{ROOT}.period.start") > at + FUTURE:
        raise refuse(f"{ROOT}.period.start", "The admission has not begun yet.")


def _bed(tree: Mapping[str, Any], patient: Patient, actor: Actor) -> Bed:
    """The bed that the last location names, by its identifier, as it is told here, or by what was said of the
    sender's word; no other is guessed."""
    where = [
        (path, node) for path, node in elements.members(tree, "location", ROOT) if node.get("status") != "completed"
    ]
    if not where:
        raise refuse(f"{ROOT}.location", "The bed belongs here.", "required")
    path, node = where[-1]
    place = elements.mapping(node.get("location", {}), f"{path}.location")
    identifier = elements.mapping(place.get("identifier", {}), f"{path}.location.identifier")
    named = elements.text_of(identifier, "value", f"{path}.location.identifier")
    display = elements.text_of(place, "display", f"{path}.location")
    system = elements.text_of(identifier, "system", f"{path}.location.identifier")
    for bed in Bed.objects.filter(ward__site_id=patient.site_id).select_related("ward__site"):
        if named and system in {"", bed_system(bed)} and named == address_of(bed):
            return bed
        if not named and display == bed_name(bed):
            return bed
    word = f"{system}|{named}" if named and system else named or display
    meant = bed_meant(actor.device, word) if actor.device is not None and word else None
    if meant is not None:
        return meant
    raise refuse(f"{path}.location", f"There is no bed {shown(named or display)} here.", "not-found")
