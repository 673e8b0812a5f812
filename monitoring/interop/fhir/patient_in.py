"""Who does a sent Patient say that somebody is, and are they here already?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from dosing.models import Patient
from dosing.models.patient import Gender
from dosing.services import patients
from dosing.services.refusals import MrnTaken, NotAllowed
from il2ward.audit.actor import Actor
from il2ward.staff.models import Site
from monitoring.domain.identity import Claim, contradiction
from monitoring.interop.fhir import elements
from monitoring.interop.fhir.outcomes import refuse
from monitoring.interop.fhir.patients_out import mrn_system
from monitoring.selectors import reach

ROOT = "Patient"
LONGEST_NUMBER, LONGEST_NAME, LONGEST_TITLE = 40, 80, 20
NAMES_IN_ORDER = ("official", "usual", "")
# Each of these would change what the record means; nobody here acts on them.
CHANGES_MEANING = ("modifierExtension", "implicitRules", "link", "deceasedBoolean", "deceasedDateTime")


def register(tree: Mapping[str, Any], condition: str, actor: Actor, at: datetime) -> tuple[Patient, bool]:
    """Return the patient that ``tree`` describes, and whether they are new.

    A record number that is known here is only ever the same person: raises MrnTaken when birth date or name differ, or
    when the patient is out of the person's reach; BadResource for what is missing.
    """
    site = _site(actor)
    claim = claim_of(tree, site)
    if condition and condition.rpartition("|")[2] not in claim.numbers:
        raise refuse("If-None-Exist", "It must ask for the record number that the Patient has.", "value")
    family, given = claim.names[0]
    with transaction.atomic():
        here = Patient.objects.filter(site=site, mrn=claim.numbers[0]).first()
        if here is not None:
            return _the_same(here, claim, actor, at), False
        made = patients.register(
            site=site, mrn=claim.numbers[0], family_name=family, given_name=given, title=_title(tree),
            birth_date=claim.birth_date or at.date(), gender=claim.gender, actor=actor, at=at,
        )  # fmt: skip
    return made, True


def claim_of(tree: Mapping[str, Any], site: Site) -> Claim:
    """Return who a sent Patient says that somebody is; raises BadResource for what is missing or not understood."""
    _require_plain(tree)
    return _claim(tree, site)


def _the_same(here: Patient, claim: Claim, actor: Actor, at: datetime) -> Patient:
    against = contradiction(
        claim, family_name=here.family_name, given_name=here.given_name, birth_date=here.birth_date
    )  # fmt: skip
    if against or not reach.readable_patients(actor, at).filter(pk=here.pk).exists():
        raise MrnTaken(f"The record number is known here, but {against or 'not on your wards'}. Nothing was changed.")
    return here


def _site(actor: Actor) -> Site:
    if actor.device is not None:
        return actor.device.site
    if actor.user is None or actor.user.site is None:
        raise NotAllowed("Your account belongs to no hospital.")
    return actor.user.site


def _require_plain(tree: Mapping[str, Any]) -> None:
    for name in CHANGES_MEANING:
        if tree.get(name) not in (None, False):
            raise refuse(f"{ROOT}.{name}", "It may change the meaning, and it is not understood here.", "not-supported")
    if tree.get("active") is False:
        raise refuse(f"{ROOT}.active", "A record that is not in use is not taken.", "not-supported")


def _claim(tree: Mapping[str, Any], site: Site) -> Claim:
    gender = elements.text_of(tree, "gender", ROOT, most=10) or "unknown"
    if gender not in Gender.values:
        raise refuse(f"{ROOT}.gender", f"One of {', '.join(Gender.values)} belongs here.")
    return Claim((_number(tree, site),), (_name(tree),), _birth_date(tree), gender)


def _number(tree: Mapping[str, Any], site: Site) -> str:
    """The record number: of our system, else of the type MR, else the only one there is."""
    sent = list(elements.members(tree, "identifier", ROOT))
    ours = [one for one in sent if one[1].get("system") == mrn_system(site.code)]
    typed = [one for one in sent if _is_record_number(*one)]
    chosen = ours or typed or sent
    if len(chosen) != 1:
        raise refuse(f"{ROOT}.identifier", "One record number (type MR) belongs here.", "required")
    path, node = chosen[0]
    number = elements.text_of(node, "value", path, most=LONGEST_NUMBER).strip()
    if not number:
        raise refuse(f"{path}.value", "The record number belongs here.", "required")
    return number


def _is_record_number(path: str, node: Mapping[str, Any]) -> bool:
    kind = elements.mapping(node.get("type", {}), f"{path}.type")
    return any(coding.get("code") == "MR" for _, coding in elements.members(kind, "coding", f"{path}.type"))


def _name(tree: Mapping[str, Any]) -> tuple[str, str]:
    """The official name, else the usual one, else one without a use: family and first given name."""
    sent = list(elements.members(tree, "name", ROOT))
    for use in NAMES_IN_ORDER:
        for path, node in sent:
            family = elements.text_of(node, "family", path, most=LONGEST_NAME).strip()
            if node.get("use", "") == use and family:
                return family, _first(node, "given", path, LONGEST_NAME)
    raise refuse(f"{ROOT}.name", "An official or usual name with a family name belongs here.", "required")


def _title(tree: Mapping[str, Any]) -> str:
    for path, node in elements.members(tree, "name", ROOT):
        return _first(node, "prefix", path, LONGEST_TITLE)
    return ""


def _first(node: Mapping[str, Any], name: str, path: str, most: int) -> str:
    found = node.get(name, [])
    if not isinstance(found, list):
        raise refuse(f"{path}.{name}", "A list belongs here.", "structure")
    return elements.text_of({name: found[0]}, name, path, most=most).strip() if found else ""


def _birth_date(tree: Mapping[str, Any]) -> date:
    text = elements.text_of(tree, "birthDate", ROOT, most=10)
    try:
        return date.fromisoformat(text) if len(text) == 10 else date.fromisoformat("")
    except ValueError as error:
        raise refuse(f"{ROOT}.birthDate", "The whole date of birth is needed.", "required") from error
