"""Which patient of a site does a message speak of? Number, date of birth and name must all agree."""

from __future__ import annotations

from dosing.models import Patient
from il2ward.staff.models import Site
from monitoring.domain.identity import Claim, contradiction


class NoMatch(Exception):
    """The message is about nobody we can name; ``reason`` is a code, the text is for people."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason, self.text = reason, text


def bearer(site: Site, claim: Claim) -> Patient | None:
    """Return the one patient of the site who bears one of the numbers; None when nobody does.

    Raises NoMatch when two people do.
    """
    found = list(Patient.objects.filter(site=site, mrn__in=claim.numbers).order_by("pk")[:2]) if claim.numbers else []
    if len(found) > 1:
        raise NoMatch("several_patients", "The record numbers in the message belong to different patients here.")
    return found[0] if found else None


def matching(site: Site, claim: Claim) -> Patient:
    """Return the patient whom the claim is about; raises NoMatch, and then nothing may be attached to anybody."""
    if not claim.numbers:
        raise NoMatch("no_identifier", "The message has no record number of a patient.")
    patient = bearer(site, claim)
    if patient is None:
        raise NoMatch("unknown_patient", "No patient here has the record number in the message.")
    against = contradiction(
        claim, family_name=patient.family_name, given_name=patient.given_name, birth_date=patient.birth_date
    )
    if against:
        raise NoMatch("other_person", f"The record number is known here, but {against}.")
    return patient
