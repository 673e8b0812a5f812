"""May this socket still watch this ward, and how far has the ward's picture moved?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib.sessions.models import Session

from il2ward.staff import shared
from il2ward.staff.models import User
from il2ward.staff.selectors import membership
from monitoring.selectors.board import number_of

SIGN_IN_AGAIN = 4401
NOT_YOUR_WARD = 4403


def refusal(
    user_id: int | None, session_key: str | None, cookies: Mapping[str, str], ward_id: int, at: datetime
) -> int | None:
    """Return the code to close a socket with, or None while its session, person and membership stand at ``at``.

    An enrolled wall screen, which its ``cookies`` tell, hears its own ward and no other.
    """
    if (screen := shared.wall_of(cookies)) is not None:
        return None if screen.ward_id == ward_id else NOT_YOUR_WARD
    user = None if user_id is None else User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not Session.objects.filter(session_key=session_key, expire_date__gt=at).exists():
        return SIGN_IN_AGAIN
    return None if membership.may_see_ward(user, ward_id, at) else NOT_YOUR_WARD


def heartbeat(ward_id: int, at: datetime, build: str) -> dict[str, str | int]:
    """What is sent every few seconds: the number comes from the database, whatever hints were lost."""
    return {"type": "heartbeat", "server_time": at.isoformat(), "number": number_of(ward_id), "build": build}
