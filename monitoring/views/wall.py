"""What does a screen that everybody can see show of the ward? The board by bed and initials, and its sound test."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from il2ward import clock
from il2ward.audit.actor import Actor
from monitoring.selectors.board import board_of
from monitoring.services.sound_tests import keep_sound_test
from monitoring.views import screens
from monitoring.views.access import STAFF, only_for, person_of, ward_or_404
from monitoring.views.board import by_bed, page_of


@require_GET
@only_for(*STAFF)
def page(request: HttpRequest, ward_id: int) -> HttpResponse:
    """The board without names; this screen comes back to it by itself. Every role, members of the ward only."""
    return screens.hang(render(request, "board/board.html", _shown(request, ward_id)), ward_id)


@require_GET
@only_for(*STAFF)
def cards(request: HttpRequest, ward_id: int) -> HttpResponse:
    """All cards without names, for an open wall that refetches. Every role, members of the ward only."""
    return render(request, "board/cards.html", _shown(request, ward_id))


@require_POST
@only_for(*STAFF)
def sound(request: HttpRequest, ward_id: int) -> HttpResponse:
    """Keep whether the test tone was heard on this screen. Every role, members of the ward only."""
    at, person = clock.now(), person_of(request)
    ward = ward_or_404(request, ward_id, at)
    given = request.POST.get("heard")
    if given not in ("yes", "no"):
        return HttpResponse("heard is yes or no", status=400, content_type="text/plain")
    is_wall = screens.hangs_in(request) == ward_id
    keep_sound_test(ward=ward, is_heard=given == "yes", is_wall=is_wall, actor=Actor(user=person), at=at)
    return HttpResponse(status=204)


def _shown(request: HttpRequest, ward_id: int) -> dict[str, Any]:
    at = clock.now()
    board = board_of(ward_or_404(request, ward_id, at), at, by_bed=by_bed(request))
    return {**page_of(request, board, at), "wall": True}
