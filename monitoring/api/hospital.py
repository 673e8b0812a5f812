"""An admin keeps the people, wards, beds and tablets of the hospital."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http.credentials import Admin, person_of
from il2ward.http.endpoint import said, sent
from il2ward.http.problems import Problem
from il2ward.staff.models import Role, Site, Tablet, User, Ward
from il2ward.staff.selectors.membership import open_memberships
from il2ward.staff.selectors.shifts import tablets_of
from il2ward.staff.services import hospital, reauthentication, tablets
from monitoring.api.admissions import ward_called
from monitoring.api.hospital_payloads import AgainBody, BedsBody, MembershipBody, PersonBody, RoleBody, WardBody
from monitoring.api.refusing import OnceOnly, Tell, found
from monitoring.api.signoffs import site_of


class HospitalsAct(OnceOnly):
    """Admins, for their own hospital."""

    permission_classes = [Admin]

    def problem_of(self, exc: Exception) -> Problem | None:
        """Return the problem; what the hospital's services find wrong is told in their words."""
        if isinstance(exc, ValidationError):
            return Problem(422, "not-accepted", f"Nothing was changed. {' '.join(exc.messages)}")
        return super().problem_of(exc)

    def proven(self, request: Request, password: str, at: datetime) -> Site:
        """Return the person's hospital once the password is theirs; raises WrongPassword."""
        reauthentication.prove(person_of(request), password, at)
        return site_of(person_of(request))


class PersonsAct(HospitalsAct):
    """Admins, for somebody of their own hospital."""

    def somebody(self, request: Request, person_id: int, password: str, at: datetime) -> User:
        """Return somebody of the hospital once the admin has proven themself; raises WrongPassword, else 404."""
        site = self.proven(request, password, at)
        return found(User.objects.filter(pk=person_id, site=site).first(), "person")

    def told_after(self, person: User, act: Callable[..., object]) -> Tell:
        """Return what does the act (called with ``actor`` and ``at``) and then tells the person as they are kept."""

        def tell(actor: Actor, at: datetime) -> dict[str, Any]:
            act(actor=actor, at=at)
            return person_told(User.objects.get(pk=person.pk))

        return tell


class People(HospitalsAct):
    """The accounts of the hospital."""

    def get(self, request: Request) -> HttpResponse:
        """List the people with their wards; nobody's password or PIN is among it."""
        rows = User.objects.filter(site=site_of(person_of(request))).order_by("-is_active", "display_name", "pk")
        return sent(said(200, {"people": [person_told(one) for one in rows]}))

    def post(self, request: Request) -> HttpResponse:
        """Make an account, and let the person work on a ward at once where one is named."""
        at, body = clock.now(), self.read(request, PersonBody)
        site = self.proven(request, body.password, at)

        def engage(actor: Actor, at: datetime) -> dict[str, Any]:
            ward = ward_called(site.pk, body.ward) if body.ward is not None else None
            try:
                made = hospital.engage(
                    site=site, username=body.username, display_name=body.display_name, role=Role(body.role),
                    password=body.first_password, ward=ward, actor=actor, at=at,
                )  # fmt: skip
            except IntegrityError as taken:
                raise Problem(409, "name-taken", "Nothing was changed. This name is taken.") from taken
            return person_told(made)

        return self.once(request, 201, at, engage)


class PersonClosing(PersonsAct):
    """An account of the hospital that is not the admin's own."""

    def post(self, request: Request, person_id: int) -> HttpResponse:
        """Let the person in no more; their work on every ward ends."""
        at, body = clock.now(), self.read(request, AgainBody)
        person = self.somebody(request, person_id, body.password, at)
        return self.once(request, 200, at, self.told_after(person, partial(hospital.dismiss, user=person)))


class PersonRole(PersonsAct):
    """The role of somebody else of the hospital."""

    def post(self, request: Request, person_id: int) -> HttpResponse:
        """Give another role: they are signed out everywhere, and who becomes an admin leaves every ward."""
        at, body = clock.now(), self.read(request, RoleBody)
        person = self.somebody(request, person_id, body.password, at)
        change = partial(hospital.give_role, user=person, role=Role(body.role))
        return self.once(request, 200, at, self.told_after(person, change))


class Memberships(PersonsAct):
    """A person of the hospital and a ward of it."""

    def post(self, request: Request, person_id: int) -> HttpResponse:
        """Let the person work on one more ward."""
        at, body = clock.now(), self.read(request, MembershipBody)
        person = self.somebody(request, person_id, body.password, at)

        def join(**by: Any) -> None:
            hospital.join(user=person, ward=ward_called(site_of(person).pk, body.ward), **by)

        return self.once(request, 200, at, self.told_after(person, join))


class MembershipEnds(PersonsAct):
    """A person of the hospital and a ward they work on."""

    def post(self, request: Request, person_id: int) -> HttpResponse:
        """End the person's work on the ward: they no longer see it."""
        at, body = clock.now(), self.read(request, MembershipBody)
        person = self.somebody(request, person_id, body.password, at)

        def leave(**by: Any) -> None:
            hospital.leave(user=person, ward=ward_called(site_of(person).pk, body.ward), **by)

        return self.once(request, 200, at, self.told_after(person, leave))


class Wards(HospitalsAct):
    """The wards of the hospital."""

    def get(self, request: Request) -> HttpResponse:
        """List the wards with their beds."""
        rows = Ward.objects.filter(site=site_of(person_of(request))).order_by("name", "pk")
        return sent(said(200, {"wards": [ward_told(one) for one in rows]}))

    def post(self, request: Request) -> HttpResponse:
        """Open a ward; one that is there already under this code keeps its name (``is_new`` false)."""
        at, body = clock.now(), self.read(request, WardBody)
        site = self.proven(request, body.password, at)

        def open_it(actor: Actor, at: datetime) -> dict[str, Any]:
            ward, is_new = hospital.open_ward(site=site, code=body.code, name=body.name, actor=actor, at=at)
            return {**ward_told(ward), "is_new": is_new}

        return self.once(request, 201, at, open_it)


class Beds(HospitalsAct):
    """The beds of a ward of the hospital."""

    def post(self, request: Request, ward_id: int) -> HttpResponse:
        """Put up beds; labels that are on the ward's walls already are passed over."""
        at, body = clock.now(), self.read(request, BedsBody)
        site = self.proven(request, body.password, at)
        ward = found(Ward.objects.filter(pk=ward_id, site=site).first(), "ward")

        def put_up(actor: Actor, at: datetime) -> dict[str, Any]:
            added = hospital.put_up_beds(ward=ward, labels=body.labels, actor=actor, at=at)
            return {**ward_told(ward), "added": [one.label for one in added]}

        return self.once(request, 201, at, put_up)


class Tablets(HospitalsAct):
    """The tablets and wall screens of the hospital; enrolling one is done on its own screen, in its browser."""

    def get(self, request: Request) -> HttpResponse:
        """List them, also those that were revoked."""
        rows = tablets_of(site_of(person_of(request)))
        return sent(said(200, {"tablets": [tablet_told(one) for one in rows]}))


class TabletRevoking(HospitalsAct):
    """A tablet or wall screen of the hospital."""

    def post(self, request: Request, tablet_id: int) -> HttpResponse:
        """Take it out of use, wherever it is: whoever was signed in there is signed out."""
        at, person = clock.now(), person_of(request)
        tablet = found(tablets_of(site_of(person)).filter(pk=tablet_id).first(), "tablet")

        def revoke(actor: Actor, at: datetime) -> dict[str, Any]:  # noqa: ARG001
            tablets.revoke(tablet=tablet, by=person, at=at)
            return tablet_told(tablets_of(site_of(person)).get(pk=tablet.pk))

        return self.once(request, 200, at, revoke)


def person_told(person: User) -> dict[str, Any]:
    """The person as they go on the wire; ``wards`` are codes of wards they work on now."""
    return {
        "id": person.pk,
        "username": person.username,
        "display_name": person.display_name,
        "role": person.role,
        "is_active": person.is_active,
        "demonstration": person.demonstration,
        "wards": [one.ward.code for one in open_memberships(person)],
    }


def ward_told(ward: Ward) -> dict[str, Any]:
    """The ward as it goes on the wire."""
    beds = list(ward.beds.order_by("label").values_list("label", flat=True))
    return {"id": ward.pk, "code": ward.code, "name": ward.name, "beds": beds}


def tablet_told(tablet: Tablet) -> dict[str, Any]:
    """The tablet as it goes on the wire, without its secret; ``revoked_at`` null: it is in use."""
    return {
        "id": tablet.pk,
        "name": tablet.name,
        "ward": tablet.ward.code,
        "is_wall": tablet.is_wall,
        "enrolled_by": tablet.enrolled_by.display_name,
        "enrolled_at": tablet.enrolled_at.isoformat(),
        "revoked_at": tablet.revoked_at.isoformat() if tablet.revoked_at else None,
        "revoked_by": tablet.revoked_by.display_name if tablet.revoked_by else None,
    }
