"""How fast may one credential ask? Faster than any working ward does; a program that runs wild is slowed down."""

from __future__ import annotations

import time
from collections.abc import Mapping

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from il2ward.staff.models import Device, User

WINDOW_S = 60
# A monitor gateway of a whole hospital sends some 100 requests a second, and one request may carry 1,000 values;
# a person's page asks some 20 times a minute. Both are counted in each web process on its own.
PER_MINUTE: Mapping[str, int] = {"device": 60_000, "user": 1_200}


class WorkingPace(BaseThrottle):
    """Counts the requests of one device, system or person in each minute of the process's own time."""

    def allow_request(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Return whether the credential is within its pace; nobody signed in is not counted."""
        who = _who(request)
        if who is None:
            return True
        kind, name = who
        key = f"pace:{kind}:{name}:{int(time.monotonic()) // WINDOW_S}"
        cache.add(key, 0, 2 * WINDOW_S)
        return bool(cache.incr(key) <= PER_MINUTE[kind])

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return WINDOW_S - time.monotonic() % WINDOW_S


def _who(request: Request) -> tuple[str, int] | None:
    if isinstance(request.auth, Device):
        return "device", request.auth.pk
    return ("user", request.user.pk) if isinstance(request.user, User) else None
