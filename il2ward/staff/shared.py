"""Is this browser an enrolled tablet, whose session runs on it, and when was it last touched?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from il2ward.staff.models import Tablet, User
from il2ward.staff.services import tablets

TABLET, TOUCHED, CAME_FROM, WAS = "tablet", "touched_at", "tablet_next", "tablet_was"
YEAR_S = 365 * 24 * 3600
# The page locks itself first; a tab that is frozen or tampered with is locked by the server a little later.
GRACE = timedelta(seconds=30)


def cookie_name() -> str:
    """The cookie that holds a tablet's secret; over https it is bound to this host."""
    return "__Host-il2ward-tablet" if settings.SESSION_COOKIE_SECURE else "il2ward-tablet"


def keep(response: HttpResponseBase, text: str) -> None:
    """Let the browser keep the tablet's secret; no script can read it and no other site's page sends it."""
    response.set_cookie(
        cookie_name(), text, max_age=YEAR_S, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Strict"
    )


def tablet_of(request: HttpRequest) -> Tablet | None:
    """Return the enrolled tablet this request comes from; None for any other browser."""
    text = request.COOKIES.get(cookie_name(), "")
    return tablets.resolve(text) if text else None


def settle(request: HttpRequest, tablet: Tablet, at: datetime) -> None:
    """Say that the session now runs on this tablet: from here on it locks when nobody touches it."""
    request.session[TABLET] = tablet.pk
    touch(request, at)


def touch(request: HttpRequest, at: datetime) -> None:
    """Note that a person touched the tablet."""
    request.session[TOUCHED] = at.isoformat()


def runs_on(request: HttpRequest) -> int | None:
    """Return the tablet's number when a person's session runs on one; None elsewhere."""
    if not isinstance(request.user, User):
        return None
    number: Any = request.session.get(TABLET)
    return number if isinstance(number, int) else None


def is_left_alone(request: HttpRequest, at: datetime) -> bool:
    """Return whether nobody has touched the tablet for longer than it may lie there open."""
    touched: Any = request.session.get(TOUCHED)
    if not isinstance(touched, str):
        return True
    return at - datetime.fromisoformat(touched) > timedelta(seconds=settings.IL2WARD_LOCK_AFTER_S) + GRACE
