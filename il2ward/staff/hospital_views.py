"""Where does an admin keep who works at the hospital, on which wards, and which beds there are?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.build import build
from il2ward.staff.doors import only_for, person_of
from il2ward.staff.models import Bed, Role, Site, User, Ward, WardMembership
from il2ward.staff.services import accounts, membership, places, reauthentication
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
        role = Role(said.get("role", ""))
        name, ward = said.get("display_name", "").strip(), chosen_ward(site, said.get("ward", ""))
        if not name:
            raise ValidationError("Give the name as the ward knows it.")
        validate_slug(said.get("username", ""))
        made = accounts.create(
            site=site, username=said["username"], display_name=name, role=role,
            password=said.get("first_password", ""), actor=actor, at=at,
        )  # fmt: skip
        if ward is not None and role != Role.ADMIN:
            membership.begin(user=made, ward=ward, actor=actor, at=at)
        return f"{made.display_name} can sign in as {made.username}."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def close_person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let a person in no more; an admin cannot close their own account. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        person = person_or_404(site, user_id)
        if person == actor.user:
            raise ValidationError("You cannot close your own account. Ask another admin.")
        leave_every_ward(person, actor, at)
        accounts.close(user=person, actor=actor, at=at)
        return f"{person.display_name} is let in no more."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def change_role(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a person another role; who becomes an admin leaves every ward. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        person, role = person_or_404(site, user_id), Role(request.POST.get("role", ""))
        if not accounts.change_role(user=person, role=role, actor=actor, at=at):
            raise ValidationError(f"{person.display_name} has this role already.")
        if role == Role.ADMIN:
            leave_every_ward(person, actor, at)
        return f"{person.display_name} is {role.label.lower()} now, and was signed out everywhere."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def begin_membership(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let a person work on one more ward. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        person, ward = person_or_404(site, user_id), chosen_ward(site, request.POST.get("ward", ""))
        if ward is None or not person.is_active:
            raise ValidationError("Choose a ward, for somebody whose account is open.")
        membership.begin(user=person, ward=ward, actor=actor, at=at)
        return f"{person.display_name} works on {ward.name}."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def end_membership(request: HttpRequest, user_id: int) -> HttpResponse:
    """End a person's work on a ward: they no longer see it. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        person, ward = person_or_404(site, user_id), chosen_ward(site, request.POST.get("ward", ""))
        if ward is None or not membership.end(user=person, ward=ward, actor=actor, at=at):
            raise ValidationError("They do not work on that ward.")
        return f"{person.display_name} no longer works on {ward.name}."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def add_ward(request: HttpRequest) -> HttpResponse:
    """Open a ward. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        code, name = request.POST.get("code", ""), request.POST.get("name", "").strip()
        validate_slug(code)
        if not name:
            raise ValidationError("Give the ward's name.")
        ward, is_new = places.open_ward(site=site, code=code, name=name, actor=actor, at=at)
        return f"{ward.name} is open." if is_new else f"{ward.name} was there already, under this short name."

    return done(request, act)


@require_POST
@only_for(Role.ADMIN)
def add_beds(request: HttpRequest, ward_id: int) -> HttpResponse:
    """Put up beds on a ward. Admins, password again."""

    def act(site: Site, actor: Actor, at: datetime) -> str:
        ward = chosen_ward(site, str(ward_id))
        labels = [one.strip() for one in request.POST.get("beds", "").split(",") if one.strip()]
        if ward is None or not labels or any(len(one) > 10 for one in labels):
            raise ValidationError("Give the labels of the beds, at most 10 characters each, with commas between.")
        added = places.put_up_beds(ward=ward, labels=labels, actor=actor, at=at)
        return f"{len(added)} bed{'' if len(added) == 1 else 's'} added to {ward.name}."

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


def open_memberships(person: User) -> list[WardMembership]:
    """The wards a person works on now."""
    return list(WardMembership.objects.filter(user=person, until_at=None).select_related("ward").order_by("ward__name"))


def leave_every_ward(person: User, actor: Actor, at: datetime) -> None:
    """End every membership of the person."""
    for one in open_memberships(person):
        membership.end(user=person, ward=one.ward, actor=actor, at=at)


def person_or_404(site: Site, user_id: int) -> User:
    """Return somebody of the hospital; 404 otherwise."""
    found = User.objects.filter(pk=user_id, site=site).first()
    if found is None:
        raise Http404
    return found


def chosen_ward(site: Site, text: str) -> Ward | None:
    """Return the hospital's ward that was chosen; None for none."""
    return Ward.objects.filter(site=site, pk=int(text)).first() if text.isdigit() else None
