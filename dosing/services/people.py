"""Who may act on a patient: active clinical staff of the ward, and for some acts only a physician?"""

from __future__ import annotations

from datetime import datetime

from dosing.models import Patient
from dosing.selectors.whereabouts import last_ward_of
from dosing.services.refusals import AdminsWriteNothingClinical, NotAllowed, NotOfThisWard, PhysicianNeeded
from il2ward.audit.actor import Actor
from il2ward.staff.models import Role, User
from il2ward.staff.selectors.membership import works_on

CLINICAL = (Role.NURSE, Role.PHYSICIAN)


def require_clinician(actor: Actor, patient: Patient, at: datetime) -> User:
    """Return the nurse or physician who acts; raise unless they work on the patient's ward."""
    user = _clinical(actor)
    if not works_on(user, last_ward_of(patient), at):
        raise NotOfThisWard("Only staff of the patient's ward may do this. Ask a colleague on the ward.")
    return user


def require_physician(actor: Actor, patient: Patient, at: datetime) -> User:
    """Return the physician who acts; raise unless they are one and work on the patient's ward."""
    user = require_clinician(actor, patient, at)
    if user.role != Role.PHYSICIAN:
        raise PhysicianNeeded("This needs a physician's order. Call the physician.")
    return user


def require_clerk(actor: Actor, site_id: int) -> None:
    """Raise unless the actor may write who a patient is and where they lie: clinical staff, or a sender, of the site.

    The system itself may (a first set-up, a transfer message).
    """
    if actor.user is not None:
        _clinical(actor)
    if actor.site_id not in (None, site_id):
        raise NotAllowed("This patient is of another hospital.")


def require_keeper(actor: Actor, site_id: int, *, refused: str, elsewhere: str) -> User:
    """Return the admin or physician who settles something for their hospital.

    Raises NotAllowed: with ``refused`` for anybody else, with ``elsewhere`` for one of another hospital.
    """
    person = actor.user
    if person is None or not person.is_active or person.role not in (Role.ADMIN, Role.PHYSICIAN):
        raise NotAllowed(refused)
    if person.site_id != site_id:
        raise NotAllowed(elsewhere)
    return person


def _clinical(actor: Actor) -> User:
    if actor.user is None:
        raise NotAllowed("This must be done by a person who is signed in.")
    if actor.user.role not in CLINICAL:
        raise AdminsWriteNothingClinical("Administrators write nothing clinical. Ask a nurse or a physician.")
    if not actor.user.is_active:
        raise NotAllowed("This account is no longer active.")
    return actor.user
