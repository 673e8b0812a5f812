"""Who is on call for the demonstration ward, and who has taken it over?"""

from __future__ import annotations

from datetime import datetime, timedelta

from il2ward.audit.actor import Actor
from monitoring.domain.escalation import Rung
from monitoring.models import Handover
from monitoring.selectors.roster import on_call_at
from monitoring.services import handovers, roster
from monitoring.simulation.demo_people import DemoPeople

# The second physician's shift ends first, so that the plan shows what a gap looks like.
ON_CALL = (("first", "physician", timedelta(hours=80)), ("second", "physician2", timedelta(hours=10)))
# Nobody is there: mails of a demonstration become files.
DOMAIN = "il2ward.invalid"


def on_call_from(people: DemoPeople, at: datetime, *, now: datetime) -> None:
    """Put the demonstration's physicians on call from ``at`` until some hours after ``now`` where nobody is, with
    addresses that lead nowhere."""
    admin, there = Actor(user=people.users["admin"]), on_call_at(people.ward.pk, at)
    for rung, name, lasts in ON_CALL:
        person = people.users[name]
        if Rung(rung) not in there:
            roster.plan(
                ward=people.ward, rung=rung, physician=person, from_at=at, until_at=now + lasts, actor=admin, at=at
            )
        roster.add_address(
            ward=people.ward, person=person, channel="email", address=f"{name}@{DOMAIN}", actor=admin, at=at
        )
    roster.add_address(ward=people.ward, person=None, channel="email", address=f"ward@{DOMAIN}", actor=admin, at=at)


def taken_over(people: DemoPeople, at: datetime) -> None:
    """Let a nurse have taken the ward over at ``at``, once."""
    if not Handover.objects.filter(ward=people.ward).exists():
        handovers.take_over(
            ward=people.ward, other=people.second_nurse, note="Quiet night until four.", actor=people.by_nurse, at=at
        )
