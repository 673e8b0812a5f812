"""How is it kept that somebody took over a ward, or left it, and what was open then?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dosing.services.people import CLINICAL
from dosing.services.refusals import AdminsWriteNothingClinical, Invalid, NotAllowed, NotOfThisWard, Refused
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import User, Ward
from il2ward.staff.selectors.membership import works_on
from monitoring.models import Handover
from monitoring.selectors.handover import on_duty_at, open_work, summary_of

LONGEST_NOTE = 500


class NobodyElseOnDuty(Refused):
    """The last person on duty tried to leave before anybody took over."""


@transaction.atomic
def take_over(*, ward: Ward, other: User | None, note: str, actor: Actor, at: datetime) -> Handover:
    """Keep that ``actor`` takes over the ward, from ``other`` (None: nobody named), and what is open.

    Raises NotAllowed for anybody but clinical staff of the ward, Invalid for a note too long or ``other`` elsewhere.
    """
    return _keep(ward, "taken", other, note, actor=actor, at=at)


@transaction.atomic
def leave(*, ward: Ward, other: User | None, note: str, actor: Actor, at: datetime) -> Handover:
    """Keep that ``actor`` leaves the ward to ``other``. Raises NobodyElseOnDuty while no one else has taken over."""
    Ward.objects.select_for_update().get(pk=ward.pk)
    on_duty = [row.by_id for row in on_duty_at(ward.pk, at)]
    if actor.user is not None and on_duty == [actor.user.pk]:
        raise NobodyElseOnDuty("Nobody else has taken over this ward. Whoever follows takes over first.")
    return _keep(ward, "left", other, note, actor=actor, at=at)


def _keep(ward: Ward, kind: str, other: User | None, note: str, *, actor: Actor, at: datetime) -> Handover:
    person = _of_the_ward(actor, ward, at)
    if len(note.strip()) > LONGEST_NOTE:
        raise Invalid(f"The note has at most {LONGEST_NOTE} characters.")
    if other is not None and (other.pk == person.pk or not works_on(other, ward.pk, at)):
        raise Invalid("Choose a colleague of this ward.")
    was_open = summary_of(open_work(ward, at))
    row = Handover.objects.create(
        ward=ward, kind=kind, by=person, other=other, at=at, note=note.strip(), was_open=was_open
    )
    counts = {name: len(value) if isinstance(value, list) else value for name, value in was_open.items()}
    audit.append(
        event=f"handover.{kind}", actor=actor, at=at, subject="ward", subject_id=ward.pk, site_id=ward.site_id,
        body={"ward": ward.pk, "other": other.pk if other else None, "handover": row.pk, "was_open": counts},
    )  # fmt: skip
    return row


def _of_the_ward(actor: Actor, ward: Ward, at: datetime) -> User:
    person = actor.user
    if person is None:
        raise NotAllowed("This must be done by a person who is signed in.")
    if person.role not in CLINICAL:
        raise AdminsWriteNothingClinical("Administrators take over no ward.")
    if not works_on(person, ward.pk, at):
        raise NotOfThisWard("Only staff of this ward take it over.")
    return person
