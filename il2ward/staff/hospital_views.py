"""Where does an admin keep who works at the hospital, on which wards, and which beds there are?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.build import build
from il2ward.disk import disk_of
from il2ward.staff.doors import only_for, person_of
from il2ward.staff.models import Bed, Role, Site, User, Ward
from il2ward.staff.selectors.membership import open_memberships
from il2ward.staff.services import hospital, reauthentication
from il2ward.staff.services.reauthentication import WrongPassword

Act = Callable[[Site, Actor, datetime], str]


@require_GET
@only_for(Role.ADMIN)
def index(request: HttpRequest) -> HttpResponse:
    """The people, wards and beds of the hospital. Admins."""
    site = person_of(request).site
    if site is None:
        raise Http404
    wards = list(Ward.objects.filter(site=site).order_by("name"))
    shown = {
        "site": site,
        "people": [
            (one, open_memberships(one))
            for one in User.objects.filter(site=site).order_by("-is_active", "display_name")
        ],
        "wards": [(one, Bed.objects.filter(ward=one).order_by("label")) for one in wards],
        "roles": Role.choices,
        "disk": disk_of(settings.IL2WARD_HOME),
        "at": clock.now(),
        "build": build(),
        "here": "hospital",
    }
    return render(request, "staff/hospital.html", shown)


@require_POST
@only_for(Role.ADMIN)
def add_person(request: HttpRequest) -> HttpResponse:
    """Make an account, and let the person work on a ward at once where one is chosen. Admins, password again."""
    said = request.POST

    def act(site: Site, actor: Actor, at: datetime) -> str:
        made = hospital.engage(
            site=site, username=said.get("username", ""), display_name=said.get("display_name", ""),
            role=Role(said.get("role", "")), password=said.get("first_password", ""),
            ward=chosen_ward(site, said.get("ward", "")), actor=actor, at=at,
        )  # fmt: skip
        return f"{made.display_name} can sign in as {made.username}."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def close_person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let a person in no more; an admin cannot close their own account. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        person = person_or_404(site, user_id)
        hospital.dismiss(user=person, actor=actor, at=at)
        return f"{person.display_name} is let in no more."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def change_role(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a person another role; who becomes an admin leaves every ward. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        person, role = person_or_404(site, user_id), Role(request.POST.get("role", ""))
        hospital.give_role(user=person, role=role, actor=actor, at=at)
        return f"{person.display_name} is {role.label.lower()} now, and was signed out everywhere."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def begin_membership(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let a person work on one more ward. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        person, ward = person_or_404(site, user_id), chosen_ward(site, request.POST.get("ward", ""))
        begun = hospital.join(user=person, ward=ward, actor=actor, at=at)
        return f"{person.display_name} works on {begun.ward.name}."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def end_membership(request: HttpRequest, user_id: int) -> HttpResponse:
    """End a person's work on a ward: they no longer see it. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        person, ward = person_or_404(site, user_id), chosen_ward(site, request.POST.get("ward", ""))
        hospital.leave(user=person, ward=ward, actor=actor, at=at)
        return f"{person.display_name} no longer works on {ward}."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def add_ward(request: HttpRequest) -> HttpResponse:
    """Open a ward. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        code, name = request.POST.get("code", ""), request.POST.get("name", "")
        ward, is_new = hospital.open_ward(site=site, code=code, name=name, actor=actor, at=at)
        return f"{ward.name} is open." if is_new else f"{ward.name} was there already, under this short name."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def add_beds(request: HttpRequest, ward_id: int) -> HttpResponse:
    """Put up beds on a ward. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        ward = chosen_ward(site, str(ward_id))
        labels = request.POST.get("beds", "").split(",")
        added = hospital.put_up_beds(ward=ward, labels=labels, actor=actor, at=at)
        return f"{len(added)} bed{'' if len(added) == 1 else 's'} added to {ward}."

    return done(request, act)


def done(request: HttpRequest, act: Act) -> HttpResponse:
    """Prove the admin by the password, do the whole act or nothing of it, say what came of it, and go back."""
    at, person = clock.now(), person_of(request)
    try:
        reauthentication.prove(person, request.POST.get("password", ""), at)
        if person.site is None:
            raise Http404
        with transaction.atomic():
            messages.success(request, act(person.site, Actor(user=person), at))
    except ValidationError as no:
        messages.error(request, f"Nothing was changed. {' '.join(no.messages)}")
    except IntegrityError:
        messages.error(request, "Nothing was changed. This name is taken.")
    except (WrongPassword, ValueError) as no:
        messages.error(request, f"Nothing was changed. {no}")
    return redirect("hospital")


def person_or_404(site: Site, user_id: int) -> User:
    """Return somebody of the hospital; 404 otherwise."""
    found = User.objects.filter(pk=user_id, site=site).first()
    if found is None:
        raise Http404
    return found


def chosen_ward(site: Site, text: str) -> Ward | None:
    """Return the hospital's ward that was chosen; None for none."""
    return Ward.objects.filter(site=site, pk=int(text)).first() if text.isascii() and text.isdigit() else None
