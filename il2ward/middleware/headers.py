"""Which headers go out with every answer, so that a browser runs and keeps nothing it should not?"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' {socket}; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
# The camera reads wristbands, on our own pages only.
PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"


class SecurityHeaders:
    """Add the content security policy to every answer, and no-store to all that says nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request and complete the headers of the answer."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY.format(socket=socket_origin(request)))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        return response


def socket_origin(request: HttpRequest) -> str:
    """Return the page's own websocket origin; older browsers do not count it as 'self'."""
    scheme = "wss" if request.is_secure() else "ws"
    # The host comes from the client and is not checked yet here: only a plain one is repeated.
    host = request.META.get("HTTP_HOST", "")
    plain = all(char.isalnum() or char in ".-:[]" for char in host)
    return f"{scheme}://{host}" if host and plain else ""
