"""What does a person see first, and how does an open board keep up? The ward board and its fragments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from il2ward import clock
from il2ward.build import build
from il2ward.disk import disk_of
from il2ward.staff import shared
from il2ward.staff.selectors import membership
from monitoring.selectors.board import Board, board_of, card_of, number_of
from monitoring.selectors.board_rows import rows_of_ward
from monitoring.selectors.clock_mark import is_behind
from monitoring.views import screens
from monitoring.views.access import STAFF, only_for, person_of, ward_or_404


@require_GET
@only_for(*STAFF, walls=True)
def home(request: HttpRequest) -> HttpResponse:
    """Go to the board of the person's only ward, or offer their wards; a wall screen to its wall. Every role."""
    if screen := shared.wall_of(request.COOKIES):
        return redirect("ward-wall", screen.ward_id)
    wards = list(membership.wards_of(person_of(request), clock.now()))
    hung = screens.hangs_in(request)
    if hung in [one.pk for one in wards]:
        return redirect("ward-wall", hung)
    if len(wards) == 1:
        return redirect("ward", wards[0].pk)
    return render(request, "board/wards.html", {"wards": wards})


@require_GET
@only_for(*STAFF)
def ward(request: HttpRequest, ward_id: int) -> HttpResponse:
    """The ward board with names; on a wall screen only when somebody asks for them. Every role, members only."""
    at = clock.now()
    found = ward_or_404(request, ward_id, at)
    wants_names = request.GET.get("names") == "on"
    if screens.hangs_in(request) == ward_id and not wants_names:
        return redirect("ward-wall", ward_id)
    board = board_of(found, at, by_bed=by_bed(request))
    answer = render(request, "board/board.html", page_of(request, board, at))
    return screens.take_down(answer) if wants_names else answer


@require_GET
@only_for(*STAFF)
def cards(request: HttpRequest, ward_id: int) -> HttpResponse:
    """All cards of the board as a fragment, for an open page that refetches. Every role, members only."""
    at = clock.now()
    board = board_of(ward_or_404(request, ward_id, at), at, by_bed=by_bed(request))
    return render(request, "board/cards.html", page_of(request, board, at))


@require_GET
@only_for(*STAFF)
def card(request: HttpRequest, ward_id: int, course_id: int) -> HttpResponse:
    """One card of the board as a fragment. Every role, members only."""
    at = clock.now()
    ward_or_404(request, ward_id, at)
    number = number_of(ward_id)
    beds = [bed for bed in rows_of_ward(ward_id, course_id=course_id) if bed.course and bed.course.pk == course_id]
    if not beds:
        raise Http404
    shown = card_of(beds[0], at, clock_is_behind=is_behind(at))
    answer = render(request, "board/card.html", {"card": shown, "at": at})
    answer.headers["X-Ward-Number"] = str(number)
    return answer


def page_of(request: HttpRequest, board: Board, at: datetime) -> dict[str, Any]:
    """What the board's templates are given."""
    disk = disk_of(settings.IL2WARD_HOME)
    return {"board": board, "at": at, "build": build(), "by_bed": by_bed(request), "here": "board", "disk": disk}


def by_bed(request: HttpRequest) -> bool:
    """Whether the page asked for the order of the beds instead of urgency."""
    return request.GET.get("sort") == "bed"
