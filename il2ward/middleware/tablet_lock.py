"""May this session go on? On a shared tablet only while the tablet is enrolled and somebody touches it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from il2ward import clock
from il2ward.staff import shared

OPENED_BY_HAND = "navigate"


class TabletLock:
    """Signs out whoever left a shared tablet. Opening a page is a touch; what a page fetches by itself is none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Lock where it is due, note a touch, and answer."""
        number = shared.runs_on(request)
        if number is not None:
            at = clock.now()
            tablet = shared.tablet_of(request)
            if tablet is None or tablet.pk != number or shared.is_left_alone(request, at):
                logout(request)
            elif request.headers.get("Sec-Fetch-Mode") == OPENED_BY_HAND:
                shared.open_page(request, at)
        return self.get_response(request)
