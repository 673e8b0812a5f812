"""What does a quarantined message report, and how is it taken once somebody knows whom it is about?"""

from __future__ import annotations

from datetime import datetime

from dosing.models import Patient
from dosing.services.refusals import Invalid
from il2ward.audit.actor import Actor
from il2ward.staff.models import User
from monitoring.interop.hl7.faults import NotTaken
from monitoring.interop.hl7.receiving import RESULTS, reading_of
from monitoring.interop.hl7.results import Reported, reported, results_of
from monitoring.interop.hl7.segments import parse
from monitoring.models import QuarantinedMessage
from monitoring.selectors.patient_match import NoMatch, matching
from monitoring.services import quarantine
from monitoring.services.hl7_results import Result, Taken


class CannotBeTaken(Invalid):
    """The message has another fault besides the person."""


class StillNobody(Invalid):
    """The message matches nobody by now either."""


def results(row: QuarantinedMessage, at: datetime) -> list[Result]:
    """Return what a quarantined message reports; raises CannotBeTaken for one that could not be stored anyway."""
    return _results(row, _person(row), at)


def _person(row: QuarantinedMessage) -> Reported:
    if row.message.event != RESULTS:
        raise CannotBeTaken(
            "Only results can be given to a patient; do by hand what this message says, then discard it."
        )
    try:
        people = [one for one in reported(parse(bytes(row.message.content))) if any(b.rows for b in one.blocks)]
    except NotTaken as no:
        raise CannotBeTaken(no.text) from no
    if len(people) != 1:
        raise CannotBeTaken("The message does not speak of exactly one person; have it sent anew, one by one.")
    return people[0]


def _results(row: QuarantinedMessage, one: Reported, at: datetime) -> list[Result]:
    try:
        message = parse(bytes(row.message.content))
        return results_of(one, message, reading_of(row.message.device, at))[0]
    except NotTaken as no:
        raise CannotBeTaken(f"{no.where}: {no.text}") from no


def assign(
    row: QuarantinedMessage, *, patient: Patient, second: User, reason: str, actor: Actor, at: datetime
) -> Taken:
    """Give the message's results to a patient, by two people."""
    found = results(row, at)
    return quarantine.assign(
        quarantined=row, patient=patient, results=found, second=second, reason=reason, actor=actor, at=at
    )


def try_again(row: QuarantinedMessage, *, actor: Actor, at: datetime) -> Taken:
    """Take the message if it matches a patient by now; raises StillNobody."""
    one = _person(row)
    try:
        patient = matching(row.site, one.claim)
    except NoMatch as no:
        raise StillNobody(no.text) from no
    return quarantine.take(quarantined=row, patient=patient, results=_results(row, one, at), actor=actor, at=at)
