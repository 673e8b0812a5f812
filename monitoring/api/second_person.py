"""Is the second person really here, with their own password?"""

from __future__ import annotations

from il2ward.staff.models import User
from il2ward.staff.services import reauthentication
from il2ward.staff.services.reauthentication import WrongPassword
from monitoring.api.payloads import Checker


def proven(checker: Checker) -> User:
    """Return the person whose name and password these are; raises WrongPassword, also for a name nobody has."""
    person = User.objects.filter(username=checker.username, is_active=True).first()
    if person is None:
        raise WrongPassword
    reauthentication.prove(person, checker.password)
    return person
