"""Does this browser hang on a ward's wall? A cookie of the screen's own says so; it names the ward and nobody."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

KEPT_FOR_S = 365 * 24 * 60 * 60


def _name() -> str:
    return f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}il2ward-wall"


def hangs_in(request: HttpRequest) -> int | None:
    """Return the ward on whose wall this screen hangs; None for a screen at which people work."""
    given = request.COOKIES.get(_name(), "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def hang(answer: HttpResponse, ward_id: int) -> HttpResponse:
    """Let this screen remember that it hangs in the ward."""
    answer.set_cookie(
        _name(), str(ward_id), max_age=KEPT_FOR_S, secure=settings.SESSION_COOKIE_SECURE, httponly=True,
        samesite="Strict",
    )  # fmt: skip
    return answer


def take_down(answer: HttpResponse) -> HttpResponse:
    """Let this screen forget it."""
    answer.delete_cookie(_name(), samesite="Strict")
    return answer
