"""Where does a hospital settle its laboratory's limits, the ages of its inputs and what it counts on from a vial?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dosing.domain.wording import plain
from dosing.services import site_inputs, site_vials
from dosing.services.refusals import Invalid, Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.build import build
from il2ward.staff.models import Role, Site
from il2ward.staff.services import reauthentication
from il2ward.staff.services.reauthentication import WrongPassword
from monitoring.domain.measurement import parse_number
from monitoring.models import SiteLimit
from monitoring.selectors import board_words as words
from monitoring.selectors.hospital_settings import settings_of
from monitoring.services import site_limits
from monitoring.views.access import only_for, person_of

KEEPERS = (Role.ADMIN, Role.PHYSICIAN)
Act = Callable[[Site, Actor, datetime], str]


@require_GET
@only_for(*KEEPERS)
def page(request: HttpRequest) -> HttpResponse:
    """What the hospital has settled for itself. Admins and physicians."""
    person, at = person_of(request), clock.now()
    if person.site is None:
        raise Http404
    shown = {"page": settings_of(person.site), "may_choose_ages": person.role == Role.PHYSICIAN}
    return render(request, "settings/page.html", shown | {"at": at, "build": build(), "here": "settings"})


@require_POST
@only_for(*KEEPERS)
def vial(request: HttpRequest) -> HttpResponse:
    """Choose what is counted on from a vial. Admins and physicians, password again."""
    said = request.POST

    def act(site: Site, actor: Actor, at: datetime) -> str:
        iu = said.get("recoverable_iu", "")
        site_vials.choose(
            site=site, recoverable_iu=int(iu) if iu.isdigit() else 0, reason=said.get("reason", ""), actor=actor, at=at
        )
        return "Kept. How many vials are prepared follows from now on; no dose changes."

    return done(request, act)


@require_POST
@only_for(Role.PHYSICIAN)
def age(request: HttpRequest) -> HttpResponse:
    """Choose how old one input may be. Physicians, password again."""
    said = request.POST

    def act(site: Site, actor: Actor, at: datetime) -> str:
        hours = number(said.get("hours", ""), "hours")
        ages = {said.get("input", ""): hours if hours is not None else Decimal(0)}
        site_inputs.choose_ages(site=site, ages=ages, reason=said.get("reason", ""), actor=actor, at=at)
        return "Kept. Courses opened from now on follow it; running courses keep theirs."

    return done(request, act)


@require_POST
@only_for(*KEEPERS)
def limit(request: HttpRequest) -> HttpResponse:
    """State a laboratory's limits of normal. Admins and physicians, password again."""
    said = request.POST

    def act(site: Site, actor: Actor, at: datetime) -> str:
        row = site_limits.set_limit(
            site=site, observable=said.get("observable", ""), unit=said.get("unit", "").strip(),
            lln=number(said.get("lower", ""), "lower limit"), uln=number(said.get("upper", ""), "upper limit"),
            source=said.get("source", "")[:200], valid_from=at, actor=actor, at=at,
        )  # fmt: skip
        return f"Kept: {in_words(row)}. Results of open courses that it touches were graded again."

    return done(request, act)


def in_words(row: SiteLimit) -> str:
    """The limits as the page lists them."""
    low, high = ("" if one is None else plain(one) for one in (row.lln, row.uln))
    between = f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}"
    return f"{words.observable(row.observable)} {between} {words.unit(row.unit)}".rstrip()


def number(text: str, what: str) -> Decimal | None:
    """Return the number as typed, None where nothing was; raises Invalid for anything but a plain decimal."""
    if not text.strip():
        return None
    found = parse_number(text.strip())
    if found is None:
        raise Invalid(f"The {what} must be a plain decimal number.")
    return found


def done(request: HttpRequest, act: Act) -> HttpResponse:
    """Prove the person by the password, do the act, say what came of it, and go back."""
    at, person = clock.now(), person_of(request)
    if person.site is None:
        raise Http404
    try:
        reauthentication.prove(person, request.POST.get("password", ""), at)
        messages.success(request, act(person.site, Actor(user=person), at))
    except (Refused, WrongPassword) as no:
        messages.error(request, f"Nothing was changed. {getattr(no, 'sentence', no)}")
    return redirect("settings")
