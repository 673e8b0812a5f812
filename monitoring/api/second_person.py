"""Is the second person really here, and is the first one still the person who signed in?"""

from __future__ import annotations

from datetime import datetime

from rest_framework.request import Request

from il2ward.http.credentials import person_of
from il2ward.staff import second_person, shared
from il2ward.staff.models import User
from il2ward.staff.services import shifts
from il2ward.staff.services.shifts import WrongPin
from monitoring.api.payloads import Checker


def proven(request: Request, checker: Checker, at: datetime) -> User:
    """Return the second person; raises WrongPassword as ``il2ward.staff.second_person`` does."""
    return second_person.proven(
        request._request, username=checker.username, password=checker.password or "", pin=checker.pin, at=at
    )


def require_own_pin(request: Request, pin: str | None, at: datetime) -> None:
    """Raise WrongPin unless the session runs on no tablet, or ``pin`` is the signed-in person's own.

    Whoever has no PIN gives nothing: they signed in with their password and nobody can have switched to them.
    """
    if shared.runs_on(request._request) is None or not hasattr(person_of(request), "pin"):
        return
    tablet = shared.tablet_of(request._request)
    if tablet is None or not pin:
        raise WrongPin("Give your own PIN as well: this tablet is shared.")
    shifts.prove(person_of(request), pin, tablet, at)
