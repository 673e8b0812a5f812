"""Which HL7 messages of a hospital wait for a person, and how were the last ones settled?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from dosing.models import Patient
from il2ward.audit.actor import Actor
from il2ward.staff.models import Bed, Device, Site, User, Ward
from monitoring.models import QuarantinedMessage, QuarantineSettlement, SenderMeaning
from monitoring.selectors import reach
from monitoring.selectors.meanings import Unmapped, given, unmapped
from monitoring.selectors.raw import released_observables
from monitoring.selectors.sender_places import address_of

MOST = 200
MOST_SETTLED = 20
IN_WORDS = {
    "unknown_patient": "Nobody here has this number",
    "other_person": "Number and person do not agree",
    "no_identifier": "No record number",
    "several_patients": "Numbers of different patients",
    "bad_time": "No usable time",
    "future_time": "Time ahead of ours",
    "bad_status": "Unknown status",
    "conflict": "Control id used twice",
    "structure": "Not put together as it must be",
    "placement": "Ward or bed does not fit",
    "merge": "Two records to become one",
    "internal": "Could not be handled",
}


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """What waits at one hospital: how many, the newest of them, codes and units without a meaning, what other words
    mean now, what was settled last."""

    waiting: int
    rows: list[QuarantinedMessage]
    words: list[Unmapped]
    meant: list[SenderMeaning]
    settled: list[QuarantineSettlement]


def page_of(site: Site) -> QuarantinePage:
    """Return the page of one hospital."""
    waiting = _waiting(site)
    settled = QuarantineSettlement.objects.filter(quarantined__site=site)
    related = ("quarantined__message", "patient", "by", "second")
    return QuarantinePage(
        waiting=waiting.count(),
        rows=list(waiting.select_related("message__device").defer("message__content").order_by("-id")[:MOST]),
        words=unmapped(site),
        meant=given(site),
        settled=list(settled.select_related(*related).order_by("-id")[:MOST_SETTLED]),
    )


def waiting_at(site: Site) -> int:
    """Return how many messages wait for a person at the hospital."""
    return _waiting(site).count()


def _waiting(site: Site) -> QuerySet[QuarantinedMessage]:
    return QuarantinedMessage.objects.filter(site=site, settled=None)


def one_of(site: Site | None, number: int) -> QuarantinedMessage | None:
    """Return one message of the hospital; None for another's."""
    found = QuarantinedMessage.objects.filter(site=site, pk=number).select_related("message__device__site", "site")
    return found.first()


def bearer_of(row: QuarantinedMessage) -> Patient | None:
    """Return the patient here who bears the number that the message names, whoever it is really about."""
    return Patient.objects.filter(site_id=row.site_id, mrn=row.identifier).first() if row.identifier else None


def choosable(user: User, at: datetime) -> list[Patient]:
    """Return the patients on the person's wards now, to whom they may give a message."""
    return list(reach.patients(Actor(user=user), at).order_by("family_name", "given_name", "mrn"))


def observable_choices() -> list[tuple[str, str]]:
    """Return every observable with its name."""
    return sorted((one.key, one.name) for one in released_observables().by_key.values())


def unit_choices(observable: str) -> list[str]:
    """Return the units an observable is accepted in."""
    found = released_observables().get(observable)
    return [] if found is None else list(found.units)


def place_choices(site: Site, kind: str, ward: str = "") -> list[tuple[str, str]]:
    """Return our wards, or (``kind`` bed) our beds, of the ward with the code ``ward`` alone if there is one: what a
    word can mean, and its name."""
    if kind == "ward":
        return list(Ward.objects.filter(site=site).order_by("name").values_list("code", "name"))
    beds = Bed.objects.filter(ward__site=site).select_related("ward").order_by("ward__name", "pk")
    return [(address_of(bed), f"{bed.ward}, bed {bed}") for bed in (beds.filter(ward__code=ward) if ward else beds)]


def senders(site: Site) -> list[Device]:
    """Return the devices and systems of the hospital that may still send."""
    return list(Device.objects.filter(site=site, revoked_at=None).order_by("name"))
