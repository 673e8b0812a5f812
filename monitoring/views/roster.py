"""Where does a ward plan who is on call, where they are reached, and how long its alerts wait?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dosing.services.refusals import Invalid, Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.build import build
from il2ward.staff.models import Role, User, Ward
from monitoring.selectors.roster import Minutes
from monitoring.selectors.roster_page import physicians_of, roster_page_of
from monitoring.services import roster
from monitoring.views.access import STAFF, only_for, person_of, ward_or_404

KEEPERS = (Role.PHYSICIAN, Role.ADMIN)
MINUTE_FIELDS = ("step_high_min", "step_medium_min", "ack_high_min", "ack_medium_min")


@require_GET
@only_for(*STAFF)
def page(request: HttpRequest, ward_id: int) -> HttpResponse:
    """The ward's on-call plan, ladder, addresses and times. Every role, members of the ward only."""
    at, person = clock.now(), person_of(request)
    ward = ward_or_404(request, ward_id, at)
    next_hour = at.replace(minute=0, second=0, microsecond=0)
    shown = {
        "ward": ward,
        "page": roster_page_of(ward, person, at),
        "may_plan": person.role in KEEPERS,
        "is_admin": person.role == Role.ADMIN,
        "is_physician": person.role == Role.PHYSICIAN,
        "starts": timezone.localtime(next_hour),
        "ends": timezone.localtime(next_hour + timedelta(hours=12)),
        "at": at,
        "build": build(),
        "here": "roster",
    }
    return render(request, "roster/page.html", shown)


@require_POST
@only_for(*KEEPERS)
def plan(request: HttpRequest, ward_id: int) -> HttpResponse:
    """Put somebody on call."""

    def act(ward: Ward, actor: Actor, at: datetime) -> str:
        shift = roster.plan(
            ward=ward, rung=request.POST.get("rung", ""), physician=_chosen(request, ward, at),
            from_at=instant(request.POST.get("from", "")), until_at=instant(request.POST.get("until", "")),
            actor=actor, at=at,
        )  # fmt: skip
        return f"{shift.physician} is on call."

    return _done(request, ward_id, act)


@require_POST
@only_for(*KEEPERS)
def withdraw(request: HttpRequest, ward_id: int, shift_id: int) -> HttpResponse:
    """Take a shift out of the plan."""

    def act(ward: Ward, actor: Actor, at: datetime) -> str:
        shift = roster.withdraw(shift_id=shift_id, ward=ward, actor=actor, at=at)
        return f"The shift of {shift.physician} was taken out."

    return _done(request, ward_id, act)


@require_POST
@only_for(*KEEPERS)
def add_address(request: HttpRequest, ward_id: int) -> HttpResponse:
    """Keep an address: one's own, or as an admin anybody's and the ward's."""

    def act(ward: Ward, actor: Actor, at: datetime) -> str:
        whose = None if request.POST.get("physician") == "ward" else _chosen(request, ward, at)
        roster.add_address(
            ward=ward, person=whose, channel=request.POST.get("channel", ""),
            address=request.POST.get("address", ""), actor=actor, at=at,
        )  # fmt: skip
        return "The address is in use from now on."

    return _done(request, ward_id, act)


@require_POST
@only_for(*KEEPERS)
def end_address(request: HttpRequest, ward_id: int, address_id: int) -> HttpResponse:
    """Use an address no more."""

    def act(ward: Ward, actor: Actor, at: datetime) -> str:
        roster.end_address(address_id=address_id, ward=ward, actor=actor, at=at)
        return "The address is used no more."

    return _done(request, ward_id, act)


@require_POST
@only_for(Role.ADMIN)
def set_times(request: HttpRequest, ward_id: int) -> HttpResponse:
    """Choose how long the ward's alerts wait."""

    def act(ward: Ward, actor: Actor, at: datetime) -> str:
        given = [request.POST.get(name, "") for name in MINUTE_FIELDS]
        if not all(one.isascii() and one.isdigit() and len(one) < 4 for one in given):
            raise Invalid("Each time is a whole number of minutes.")
        reason = request.POST.get("reason", "")
        roster.set_times(ward=ward, minutes=Minutes(*map(int, given)), reason=reason, actor=actor, at=at)
        return "The times count from now on."

    return _done(request, ward_id, act)


def instant(text: str) -> datetime:
    """Read a local time as the form sends it; raises Invalid for none, or one the clocks show never or twice."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError as no:
        raise Invalid("Give both times.") from no
    if local.tzinfo is not None:
        raise Invalid("Give both times as the ward's clock shows them.")
    zone = timezone.get_current_timezone()
    instants = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    if len(instants) != 1:
        raise Invalid("The clocks change in that hour: choose another one.")
    return instants.pop()


def _chosen(request: HttpRequest, ward: Ward, at: datetime) -> User:
    given = request.POST.get("physician", "")
    found = physicians_of(ward, at).filter(pk=given).first() if given.isdigit() else None
    if found is None:
        raise Invalid("Choose a physician of this ward.")
    return found


def _done(request: HttpRequest, ward_id: int, act: Callable[[Ward, Actor, datetime], str]) -> HttpResponse:
    at = clock.now()
    ward = ward_or_404(request, ward_id, at)
    try:
        messages.success(request, act(ward, Actor(user=person_of(request)), at))
    except Refused as no:
        messages.error(request, f"Nothing was changed. {no.sentence}")
    return redirect("roster", ward.pk)
