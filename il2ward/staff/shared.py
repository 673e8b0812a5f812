"""Is this browser an enrolled tablet or wall screen, whose session runs on it, and when was it last touched?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from il2ward.staff.models import Tablet, User
from il2ward.staff.services import tablets

TABLET, TOUCHED, CAME_FROM, WAS, SOONER = "tablet", "touched_at", "tablet_next", "tablet_was", "tablet_locks_sooner"
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
    """Return the enrolled tablet this request comes from; None for any other browser, and for a wall screen."""
    found = enrolled_in(request.COOKIES)
    return None if found is None or found.is_wall else found


def wall_of(cookies: Mapping[str, str]) -> Tablet | None:
    """Return the enrolled wall screen whose cookies these are; None for any other browser."""
    found = enrolled_in(cookies)
    return found if found is not None and found.is_wall else None


def enrolled_in(cookies: Mapping[str, str]) -> Tablet | None:
    """Return what was enrolled in the browser with these cookies; None for an ordinary one."""
    text = cookies.get(cookie_name(), "")
    return tablets.resolve(text) if text else None


def settle(request: HttpRequest, tablet: Tablet, at: datetime) -> None:
    """Say that the session now runs on this tablet: from here on it locks when nobody touches it."""
    request.session[TABLET] = tablet.pk
    open_page(request, at)


def touch(request: HttpRequest, at: datetime) -> None:
    """Note that a person touched the tablet."""
    request.session[TOUCHED] = at.isoformat()


def open_page(request: HttpRequest, at: datetime) -> None:
    """Note that a person opened a page: a touch, and the ordinary time before the tablet locks."""
    request.session.pop(SOONER, None)
    touch(request, at)


def lock_sooner(request: HttpRequest) -> None:
    """Lock sooner than elsewhere while this page is open; nothing on a browser that is no tablet."""
    if runs_on(request) is not None:
        request.session[SOONER] = True


def locks_after_s(request: HttpRequest) -> int:
    """Return after how many untouched seconds the page that was opened last locks."""
    is_sooner = request.session.get(SOONER) is True
    return int(settings.IL2WARD_LOCK_DOSE_AFTER_S if is_sooner else settings.IL2WARD_LOCK_AFTER_S)


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
    return at - datetime.fromisoformat(touched) > timedelta(seconds=locks_after_s(request)) + GRACE
