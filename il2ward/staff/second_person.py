"""Is the second person really here?"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from il2ward.staff import shared
from il2ward.staff.models import User
from il2ward.staff.services import reauthentication, shifts
from il2ward.staff.services.shifts import WrongPin


def proven(request: HttpRequest, *, username: str, password: str = "", pin: str | None = None, at: datetime) -> User:
    """Return the person whose name and password these are, or, on an enrolled tablet, whose name and PIN.

    ``pin`` None: the password counts. Raises WrongPassword (WrongPin is one), also for a name nobody has and for a
    PIN away from a tablet.
    """
    if pin is None:
        return reauthentication.prove_by_name(username, password, at)
    tablet = shared.tablet_of(request)
    second = User.objects.filter(username=username, is_active=True).first()
    if tablet is None or second is None:
        raise WrongPin("A PIN counts only on the ward's tablets, for people who have signed in there for this shift.")
    shifts.prove(second, pin, tablet, at)
    return second
