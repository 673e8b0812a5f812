"""Is the second person really here, with their own password?"""

from __future__ import annotations

from datetime import datetime

from il2ward.staff.models import User
from il2ward.staff.services import reauthentication
from monitoring.api.payloads import Checker


def proven(checker: Checker, at: datetime) -> User:
    """Return the person whose name and password these are; raises WrongPassword, also for a name nobody has."""
    return reauthentication.prove_by_name(checker.username, checker.password, at)
