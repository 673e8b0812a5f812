"""How do people share a tablet? It is enrolled once, locks when left, and is taken over by PIN."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from il2ward import clock
from il2ward.build import build
from il2ward.staff import pins, shared
from il2ward.staff.doors import STAFF, only_for, person_of
from il2ward.staff.models import Role, Site, Tablet, User, Ward
from il2ward.staff.selectors.membership import wards_of
from il2ward.staff.selectors.shifts import on_shift, tablets_of
from il2ward.staff.services import reauthentication, shifts, tablets
from il2ward.staff.services.reauthentication import WrongPassword
from il2ward.staff.services.shifts import PinRefused
from il2ward.staff.services.tablets import TabletRefused

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "POST"])
def tablet(request: HttpRequest) -> HttpResponse:
    """The locked tablet: choose your name, give your PIN. Anybody at an enrolled tablet; elsewhere the door."""
    here = shared.tablet_of(request)
    if here is None:
        return redirect("sign-in")
    if request.user.is_authenticated:
        return redirect("home")
    people = on_shift(here.ward_id, clock.now())
    if request.method == "POST":
        return take_over(request, here, people)
    return locked_page(request, here, people)


def take_over(request: HttpRequest, here: Tablet, people: list[User]) -> HttpResponse:
    """Sign in whoever gave their own PIN; the one who was locked out comes back to their page, others to the board."""
    at = clock.now()
    chosen = next((one for one in people if str(one.pk) == request.POST.get("person")), None)
    if chosen is None:
        return locked_page(request, here, people, refused="Choose your name first.")
    try:
        shifts.prove(chosen, request.POST.get("pin", ""), here, at)
    except WrongPassword as no:
        return locked_page(request, here, on_shift(here.ward_id, at), refused=str(no), chosen=chosen.pk)
    was, came_from = request.session.pop(shared.WAS, None), request.session.pop(shared.CAME_FROM, "")
    login(request, chosen, backend=BACKEND)
    shared.settle(request, here, at)
    shifts.switched(user=chosen, tablet=here, at=at)
    return redirect(came_from if was == chosen.pk and came_from else "home")


def locked_page(
    request: HttpRequest, here: Tablet, people: list[User], *, refused: str = "", chosen: int | None = None
) -> HttpResponse:
    """The names of the shift and the keypad; nothing of any patient."""
    shown = {"tablet": here, "people": people, "refused": refused, "chosen": chosen, "longest": pins.LONGEST}
    return render(request, "tablet/locked.html", shown | {"build": build()}, status=403 if refused else 200)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Sign out and show the names. Anybody; remembers who was here on which page, for them alone."""
    was, came_from = request.user.pk, request.POST.get("next", "")
    logout(request)
    if was is not None and url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        request.session[shared.WAS], request.session[shared.CAME_FROM] = was, came_from
    return redirect("tablet")


@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """Note that somebody touches the tablet. 204; 403 when it has locked meanwhile."""
    if shared.runs_on(request) is None:
        return HttpResponse(status=403)
    shared.touch(request, clock.now())
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
@only_for(*STAFF)
def own_pin(request: HttpRequest) -> HttpResponse:
    """Set one's own PIN, with one's password. Every role."""
    refused = new_pin(request) if request.method == "POST" else None
    if refused == "":
        messages.success(request, "Your PIN is set. It counts on your ward's tablets after you have signed in there.")
        return redirect("home")
    has_one = hasattr(person_of(request), "pin")
    shown = {"refused": refused, "has_one": has_one, "shortest": pins.SHORTEST, "longest": pins.LONGEST}
    return render(request, "tablet/pin.html", shown | {"here": "pin", "build": build()}, status=422 if refused else 200)


def new_pin(request: HttpRequest) -> str:
    """Keep the PIN that was given twice; return why it was refused, or ""."""
    at, person, said = clock.now(), person_of(request), request.POST
    try:
        reauthentication.prove(person, said.get("password", ""), at)
        if said.get("pin", "") != said.get("again", ""):
            return "The two PINs differ."
        shifts.set_pin(user=person, pin=said.get("pin", ""), at=at)
    except (WrongPassword, PinRefused) as no:
        return str(no)
    return ""


@require_GET
@only_for(Role.ADMIN)
def index(request: HttpRequest) -> HttpResponse:
    """The hospital's tablets, and the form that enrols this one. Admins."""
    return index_page(request)


@require_POST
@only_for(Role.ADMIN)
def enrol(request: HttpRequest) -> HttpResponse:
    """Make this very browser a tablet or wall screen of a ward and sign the admin out, with their password. Admins."""
    at, person, said = clock.now(), person_of(request), request.POST
    is_wall = said.get("kind") == "wall"
    ward = wards_of(person, at).filter(pk=said.get("ward", "") if said.get("ward", "").isdigit() else 0).first()
    if ward is None:
        return index_page(request, refused="Choose the ward.")
    try:
        reauthentication.prove(person, said.get("password", ""), at)
        _, cookie = tablets.enrol(ward=ward, name=said.get("name", ""), by=person, at=at, is_wall=is_wall)
    except (WrongPassword, TabletRefused) as no:
        return index_page(request, refused=str(no))
    logout(request)
    response = redirect("home" if is_wall else "tablet")
    shared.keep(response, cookie)
    return response


@require_POST
@only_for(Role.ADMIN)
def revoke(request: HttpRequest, tablet_id: int) -> HttpResponse:
    """Take a tablet out of use, wherever it is. Admins of its hospital."""
    person = person_of(request)
    found = tablets_of(hospital_of(person)).filter(pk=tablet_id).first()
    if found is None:
        raise Http404
    tablets.revoke(tablet=found, by=person, at=clock.now())
    messages.success(request, f"{found.name} is revoked. Whoever was signed in there is signed out.")
    return redirect("tablets")


def index_page(request: HttpRequest, *, refused: str = "") -> HttpResponse:
    """The admin's page, with what was refused."""
    at, person = clock.now(), person_of(request)
    wards: list[Ward] = list(wards_of(person, at))
    shown: dict[str, Any] = {
        "tablets": tablets_of(hospital_of(person)),
        "wards": wards,
        "this": shared.tablet_of(request),
        "refused": refused,
        "name": request.POST.get("name", ""),
    }
    return render(
        request, "tablet/index.html", shown | {"here": "tablets", "build": build()}, status=422 if refused else 200
    )


def hospital_of(person: User) -> Site:
    """Return the hospital of an admin; 404 for one who belongs to none."""
    if person.site is None:
        raise Http404
    return person.site
