"""A ward's on-call plan: who is on call, where they are reached, and how long its alerts wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.services.refusals import Invalid
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http.credentials import Admin, Keeper, Reader, person_of
from il2ward.http.endpoint import said, sent
from il2ward.http.shapes import instant
from il2ward.staff.models import User, Ward
from monitoring.api.admissions import WardsAct
from monitoring.api.hospital_payloads import AddressBody, ShiftBody, TimesBody
from monitoring.models import ContactAddress, OnCallShift
from monitoring.selectors.roster import Gap, Minutes
from monitoring.selectors.roster_page import RosterPage, Step, physicians_of, roster_page_of
from monitoring.services import roster


class Roster(WardsAct):
    """Everybody who sees the ward; addresses of others are an admin's to see."""

    permission_classes = [Reader]

    def get(self, request: Request, ward_id: int) -> HttpResponse:
        """Tell the ladder as it stands, the plan of two weeks, its gaps, the addresses and the times."""
        at = clock.now()
        ward = self.ward(request, ward_id, at)
        return sent(said(200, roster_told(roster_page_of(ward, person_of(request), at))))


class Shifts(WardsAct):
    """Admins, and physicians of the ward."""

    permission_classes = [Keeper]

    def post(self, request: Request, ward_id: int) -> HttpResponse:
        """Put a physician of the ward on call."""
        at, body = clock.now(), self.read(request, ShiftBody)
        ward = self.ward(request, ward_id, at)
        from_at, until_at = instant(body.from_at, path="$.from_at"), instant(body.until_at, path="$.until_at")

        def plan(actor: Actor, at: datetime) -> dict[str, Any]:
            physician = physician_called(ward, body.physician, at)
            shift = roster.plan(
                ward=ward, rung=body.rung, physician=physician, from_at=from_at, until_at=until_at, actor=actor, at=at
            )
            return shift_told(shift)

        return self.once(request, 201, at, plan)


class ShiftWithdrawals(WardsAct):
    """Admins, and physicians of the ward."""

    permission_classes = [Keeper]

    def post(self, request: Request, ward_id: int, shift_id: int) -> HttpResponse:
        """Take the shift out of the plan from now on."""
        at = clock.now()
        ward = self.ward(request, ward_id, at)

        def withdraw(actor: Actor, at: datetime) -> dict[str, Any]:
            return shift_told(roster.withdraw(shift_id=shift_id, ward=ward, actor=actor, at=at))

        return self.once(request, 200, at, withdraw)


class Addresses(WardsAct):
    """A physician of the ward for themself; an admin for anybody on the ward and for the ward."""

    permission_classes = [Keeper]

    def post(self, request: Request, ward_id: int) -> HttpResponse:
        """Keep an address; the log says that it was done, never the address."""
        at, body = clock.now(), self.read(request, AddressBody)
        ward = self.ward(request, ward_id, at)

        def add(actor: Actor, at: datetime) -> dict[str, Any]:
            person = physician_called(ward, body.physician, at) if body.physician is not None else None
            row = roster.add_address(
                ward=ward, person=person, channel=body.channel, address=body.address, actor=actor, at=at
            )
            return address_told(row)

        return self.once(request, 201, at, add)


class AddressEnds(WardsAct):
    """A physician of the ward for themself; an admin for anybody on the ward and for the ward."""

    permission_classes = [Keeper]

    def post(self, request: Request, ward_id: int, address_id: int) -> HttpResponse:
        """Use the address no more."""
        at = clock.now()
        ward = self.ward(request, ward_id, at)

        def end(actor: Actor, at: datetime) -> dict[str, Any]:
            roster.end_address(address_id=address_id, ward=ward, actor=actor, at=at)
            return {"id": address_id, "state": "ended"}

        return self.once(request, 200, at, end)


class EscalationMinutes(WardsAct):
    """Admins of the hospital."""

    permission_classes = [Admin]

    def post(self, request: Request, ward_id: int) -> HttpResponse:
        """Choose how long the ward's alerts wait, from now on and with a reason."""
        at, body = clock.now(), self.read(request, TimesBody)
        ward = self.ward(request, ward_id, at)
        minutes = Minutes(body.step_high_min, body.step_medium_min, body.ack_high_min, body.ack_medium_min)

        def choose(actor: Actor, at: datetime) -> dict[str, Any]:
            roster.set_times(ward=ward, minutes=minutes, reason=body.reason, actor=actor, at=at)
            return minutes_told(minutes)

        return self.once(request, 201, at, choose)


def physician_called(ward: Ward, username: str, at: datetime) -> User:
    """Return the physician of the ward with that user name; raises Invalid as the page does."""
    physician = physicians_of(ward, at).filter(username=username).first()
    if physician is None:
        raise Invalid("Choose a physician of this ward.")
    return physician


def roster_told(page: RosterPage) -> dict[str, Any]:
    """The whole plan as it goes on the wire; ``times_set_by`` null: the project's own times count."""
    kept = [row for _, rows in page.addresses for row in rows] + page.ward_addresses
    return {
        "ladder": [step_told(one) for one in page.steps],
        "gaps": [gap_told(one) for one in page.gaps],
        "shifts": [shift_told(one) for one in page.shifts],
        "physicians": [{"username": one.username, "display_name": one.display_name} for one in page.physicians],
        "addresses": [address_told(one) for one in kept],
        "times": minutes_told(page.minutes),
        "times_set_by": page.set_by.set_by.display_name if page.set_by else None,
    }


def gap_told(gap: Gap) -> dict[str, Any]:
    """Hours in which nobody is on call at a rung; ``runs_on``: nobody after that either."""
    return {
        "rung": gap.rung,
        "from_at": gap.from_at.isoformat(),
        "until_at": gap.until_at.isoformat(),
        "is_now": gap.is_now,
        "runs_on": gap.runs_on,
    }


def step_told(step: Step) -> dict[str, Any]:
    """One rung of the ladder now; ``person`` null: nobody by name."""
    return {
        "rung": step.rung,
        "person": step.person.username if step.person else None,
        "is_reached": step.is_reached,
        "after_high_min": step.after_high_min,
        "after_medium_min": step.after_medium_min,
    }


def shift_told(shift: OnCallShift) -> dict[str, Any]:
    """The shift as it goes on the wire."""
    return {
        "id": shift.pk,
        "rung": shift.rung,
        "physician": shift.physician.username,
        "from_at": shift.from_at.isoformat(),
        "until_at": shift.until_at.isoformat(),
        "withdrawn_at": shift.withdrawn_at.isoformat() if shift.withdrawn_at else None,
    }


def address_told(row: ContactAddress) -> dict[str, Any]:
    """The address as it goes on the wire; ``physician`` null: the ward's last resort."""
    whose = row.person.username if row.person else None
    return {"id": row.pk, "physician": whose, "channel": row.channel, "address": row.address}


def minutes_told(minutes: Minutes) -> dict[str, int]:
    """How long alerts wait and acknowledgements hold."""
    return {
        "step_high_min": minutes.step_high_min,
        "step_medium_min": minutes.step_medium_min,
        "ack_high_min": minutes.ack_high_min,
        "ack_medium_min": minutes.ack_medium_min,
    }
