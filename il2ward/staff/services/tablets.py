"""How does a ward's tablet or wall screen come to be known, and when is it an ordinary browser again?"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

from django.db import transaction

from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import Role, Tablet, User, Ward
from il2ward.staff.services.devices import sha256_of

SECRET_BYTES = 32
LONGEST_NAME = 40


class TabletRefused(ValueError):
    """A tablet cannot be enrolled like this; the text is for the admin."""


@transaction.atomic
def enrol(*, ward: Ward, name: str, by: User, at: datetime, is_wall: bool = False) -> tuple[Tablet, str]:
    """Enrol a tablet or wall screen on ``ward`` and return it with the text for its cookie, shown to nobody again.

    The caller has proved the admin's password for this act. Raises TabletRefused for anybody but an admin of the
    ward's hospital, and for a name that is missing or on another tablet of the ward.
    """
    name = " ".join(name.split())
    _require_admin(by, ward, "enrols")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise TabletRefused(f"Give the tablet a name of 1 to {LONGEST_NAME} characters, as on its sticker.")
    if Tablet.objects.filter(ward=ward, name=name, revoked_at=None).exists():
        raise TabletRefused(f"{ward} has a tablet called {name} already. Revoke it first, or choose another name.")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    tablet = Tablet.objects.create(
        ward=ward, name=name, is_wall=is_wall, secret_sha256=sha256_of(secret), enrolled_by=by, enrolled_at=at
    )
    note(tablet, "tablet.enrolled", by=by, at=at)
    return tablet, f"{tablet.pk}.{secret}"


def resolve(cookie: str) -> Tablet | None:
    """Return the enrolled tablet whose cookie this is; None for a wrong, malformed or revoked one."""
    number, _, secret = cookie.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 19 and secret):
        return None
    tablet = Tablet.objects.select_related("ward__site").filter(pk=number, revoked_at=None).first()
    if tablet is None or not hmac.compare_digest(tablet.secret_sha256, sha256_of(secret)):
        return None
    return tablet


@transaction.atomic
def revoke(*, tablet: Tablet, by: User, at: datetime) -> bool:
    """Take the tablet out of use from now on; return False when it was revoked before.

    Raises TabletRefused for anybody but an admin of its hospital.
    """
    _require_admin(by, tablet.ward, "revokes")
    if not Tablet.objects.filter(pk=tablet.pk, revoked_at=None).update(revoked_at=at, revoked_by=by):
        return False
    note(tablet, "tablet.revoked", by=by, at=at)
    return True


def _require_admin(by: User, ward: Ward, does: str) -> None:
    if by.role != Role.ADMIN or not by.is_active or by.site_id != ward.site_id:
        raise TabletRefused(f"Only an admin of this hospital {does} tablets.")


def note(tablet: Tablet, event: str, *, by: User, at: datetime) -> None:
    """Record the change in the log, without the secret."""
    audit.append(
        event=event,
        actor=Actor(user=by),
        at=at,
        subject="tablet",
        subject_id=tablet.pk,
        site_id=tablet.ward.site_id,
        body={"name": tablet.name, "ward": tablet.ward_id, "wall": tablet.is_wall},
    )
