"""What does a screen that everybody can see show of the ward? The board by bed and initials, and its sound test."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from il2ward import clock
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.staff import shared
from il2ward.staff.models import Tablet, Ward
from monitoring.selectors.board import board_of
from monitoring.services.sound_tests import keep_sound_test
from monitoring.views import screens
from monitoring.views.access import STAFF, only_for, person_of, ward_or_404
from monitoring.views.board import by_bed, page_of


@require_GET
@only_for(*STAFF, walls=True)
def page(request: HttpRequest, ward_id: int) -> HttpResponse:
    """The board without names; this screen comes back to it by itself. Members of the ward, and its wall screens."""
    return screens.hang(render(request, "board/board.html", _shown(request, ward_id)), ward_id)


@require_GET
@only_for(*STAFF, walls=True)
def cards(request: HttpRequest, ward_id: int) -> HttpResponse:
    """All cards without names, for an open wall that refetches. Members of the ward, and its wall screens."""
    return render(request, "board/cards.html", _shown(request, ward_id))


@require_POST
@only_for(*STAFF, walls=True)
def sound(request: HttpRequest, ward_id: int) -> HttpResponse:
    """Keep whether the test tone was heard on this screen. Members of the ward, and its wall screens."""
    at = clock.now()
    ward, screen = _watched(request, ward_id, at)
    given = request.POST.get("heard")
    if given not in ("yes", "no"):
        return HttpResponse("heard is yes or no", status=400, content_type="text/plain")
    actor = SYSTEM if screen else Actor(user=person_of(request))
    is_wall = screen is not None or screens.hangs_in(request) == ward_id
    keep_sound_test(ward=ward, is_heard=given == "yes", is_wall=is_wall, screen=screen, actor=actor, at=at)
    return HttpResponse(status=204)


def _shown(request: HttpRequest, ward_id: int) -> dict[str, Any]:
    at = clock.now()
    ward, screen = _watched(request, ward_id, at)
    board = board_of(ward, at, by_bed=by_bed(request))
    return {**page_of(request, board, at), "wall": True, "screen": screen}


def _watched(request: HttpRequest, ward_id: int, at: datetime) -> tuple[Ward, Tablet | None]:
    """Return the ward, and the screen where one is enrolled; 404 for a ward that is not the screen's or person's."""
    screen = shared.wall_of(request.COOKIES)
    if screen is None:
        return ward_or_404(request, ward_id, at), None
    if screen.ward_id != ward_id:
        raise Http404
    return screen.ward, screen
