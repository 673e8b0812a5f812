"""Is the second person really here, and is the first one still the person who signed in?"""

from __future__ import annotations

from datetime import datetime

from rest_framework.request import Request

from il2ward.http.credentials import person_of
from il2ward.staff import shared
from il2ward.staff.models import User
from il2ward.staff.services import reauthentication, shifts
from il2ward.staff.services.shifts import WrongPin
from monitoring.api.payloads import Checker


def proven(request: Request, checker: Checker, at: datetime) -> User:
    """Return the person whose name and password these are, or, on an enrolled tablet, whose name and PIN.

    Raises WrongPassword (WrongPin is one), also for a name nobody has and for a PIN away from a tablet.
    """
    if checker.pin is None:
        return reauthentication.prove_by_name(checker.username, checker.password or "", at)
    tablet = shared.tablet_of(request._request)
    second = User.objects.filter(username=checker.username, is_active=True).first()
    if tablet is None or second is None:
        raise WrongPin("A PIN counts only on the ward's tablets, for people who have signed in there for this shift.")
    shifts.prove(second, checker.pin, tablet, at)
    return second


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
