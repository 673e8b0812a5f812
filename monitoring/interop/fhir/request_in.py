"""Which course does a sent MedicationRequest order? It is a physician's act, by rules that are released here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from dosing.domain.loaded import Loaded
from dosing.models import Course
from dosing.rules.loader import RuleFileRefused
from dosing.services import courses, rules
from dosing.services.people import require_physician
from il2ward.audit.actor import Actor
from il2ward.staff.models import Site
from monitoring.interop.fhir import elements
from monitoring.interop.fhir.elements_out import OWN
from monitoring.interop.fhir.encounter_in import NameUsed
from monitoring.interop.fhir.outcomes import refuse
from monitoring.interop.fhir.plans_out import ALDESLEUKIN, ATC
from monitoring.interop.fhir.subjects import Subjects
from monitoring.models import SentResource
from monitoring.rules.faults import RuleFileIsInvalid
from monitoring.selectors.setup_choices import rules_for
from monitoring.services import sent_resources

ROOT = "MedicationRequest"
# Everything else would say how much, when or how, and that is worked out and checked by two people here.
TAKEN = frozenset({
    "resourceType", "id", "meta", "text", "identifier", "status", "intent", "medicationCodeableConcept", "subject",
    "encounter", "authoredOn", "requester", "instantiatesUri", "note",
})  # fmt: skip
RULES = ("regimen", "protocol", "ctcae", "overlay")
USUAL = {"overlay": "ctcae_gate"}
NO_OVERLAY = "none"


def order(tree: Mapping[str, Any], condition: str, actor: Actor, at: datetime) -> tuple[Course, bool]:
    """Return the course that ``tree`` orders, and whether it is new; its doses are planned when its cycle starts.

    Raises BadResource naming the element, and what ``open_course`` raises.
    """
    for name in tree:
        if name not in TAKEN:
            raise refuse(
                f"{ROOT}.{name}", "It would be lost: amounts and times follow from the regimen.", "not-supported"
            )
    _require_order(tree)
    patient = Subjects(actor, at).of(tree, ROOT)
    identifier = elements.external_id(tree, ROOT) or condition
    if condition and identifier != condition:
        raise refuse("If-None-Exist", "It must ask for the identifier that the MedicationRequest has.", "value")
    require_physician(actor, patient, at)
    known = SentResource.objects.filter(site_id=patient.site_id, identifier=identifier, placement=None).first()
    if identifier and known is not None and known.course is not None:
        if known.course.patient_id != patient.pk:
            raise NameUsed("This identifier names another patient's order.")
        return known.course, False
    loaded = _loaded(tree, patient.site)
    with transaction.atomic():
        rows = {name: rules.adopt(one, kind, at) for name, (kind, one) in loaded.items()}
        made = courses.open_course(patient=patient, target_sbp=None, actor=actor, at=at, **rows)
        sent_resources.name_order(made, identifier=identifier, at=at)
    return made, True


def _require_order(tree: Mapping[str, Any]) -> None:
    for name, allowed in (("status", ("active", "draft")), ("intent", ("order", "plan"))):
        if tree.get(name) not in allowed:
            raise refuse(f"{ROOT}.{name}", f"{' or '.join(allowed)} belongs here.")
    drug = elements.mapping(tree.get("medicationCodeableConcept", {}), f"{ROOT}.medicationCodeableConcept")
    where = f"{ROOT}.medicationCodeableConcept"
    sent = [(one.get("system"), one.get("code")) for _, one in elements.members(drug, "coding", where)]
    if (ATC, ALDESLEUKIN) not in sent:
        raise refuse(where, f"Only aldesleukin is ordered here: {ATC}|{ALDESLEUKIN}.", "not-supported")


def _named(tree: Mapping[str, Any]) -> dict[str, str]:
    """Each kind of rule with its name; the newest released text of that name is taken."""
    named: dict[str, str] = {}
    sent = tree.get("instantiatesUri", [])
    for one in sent if isinstance(sent, list) else [sent]:
        kind, _, name = str(one).removeprefix(OWN).partition(":")
        if not str(one).startswith(OWN) or kind not in RULES or kind in named or not name:
            raise refuse(f"{ROOT}.instantiatesUri", f"{OWN}<{', '.join(RULES)}>:<name> belongs here, each once.")
        named[kind] = name
    return named


def _loaded(tree: Mapping[str, Any], site: Site) -> Mapping[str, tuple[str, Loaded[Any]]]:
    """The released rules that ``instantiatesUri`` names."""
    named = USUAL | _named(tree)
    for kind in RULES:
        if not named.get(kind):
            raise refuse(f"{ROOT}.instantiatesUri", f"The {kind} is missing: {OWN}{kind}:<name>.", "required")
    overlay = "" if named["overlay"] == NO_OVERLAY else named["overlay"]
    try:
        return rules_for(
            site=site, regimen=named["regimen"], protocol=named["protocol"], overlay=overlay,
            ctcae_version=named["ctcae"],
        )  # fmt: skip
    except (RuleFileRefused, RuleFileIsInvalid) as error:
        raise refuse(f"{ROOT}.instantiatesUri", f"{str(error).capitalize()}.") from error
