"""Who may come back to a ward's shared tablets by PIN, and is this their PIN?"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff import pins
from il2ward.staff.models import Pin, Tablet, TabletShift, User
from il2ward.staff.selectors import membership
from il2ward.staff.selectors.shifts import is_on_shift
from il2ward.staff.services.reauthentication import WrongPassword

MOST_WRONG = 5


class PinRefused(ValueError):
    """The new PIN may not be used; the text says why."""


class WrongPin(WrongPassword):
    """The PIN is not that person's, or it does not count here and now; the text says what to do."""


@transaction.atomic
def set_pin(*, user: User, pin: str, at: datetime) -> None:
    """Give the person a PIN of their own; the caller has proved their password. Raises PinRefused for a bad one."""
    if why := pins.refusal(pin, username=user.username):
        raise PinRefused(why)
    Pin.objects.update_or_create(user=user, defaults={"hashed": make_password(pin), "set_at": at, "wrong": 0})
    note(user, "pin.set", at, {})


@transaction.atomic
def begin(*, user: User, tablet: Tablet, at: datetime) -> TabletShift | None:
    """Begin the person's shift on the tablet's ward, after a full sign-in there, and forget their wrong PINs.

    None for somebody who does not work on that ward: they have signed in, and their PIN counts for nothing there.
    """
    Pin.objects.filter(user=user).update(wrong=0)
    if not membership.works_on(user, tablet.ward_id, at):
        return None
    User.objects.select_for_update().get(pk=user.pk)
    TabletShift.objects.filter(user=user, ward_id=tablet.ward_id, ended_at=None).update(ended_at=at)
    until = at + timedelta(hours=settings.IL2WARD_SHIFT_H)
    shift = TabletShift.objects.create(user=user, ward_id=tablet.ward_id, tablet=tablet, from_at=at, until_at=until)
    note(user, "shift.began", at, {"tablet": tablet.pk, "ward": tablet.ward_id, "until": until})
    return shift


@transaction.atomic
def end(*, user: User, tablet: Tablet, at: datetime) -> bool:
    """End the person's shift on the tablet's ward; return False when there is none."""
    ended = TabletShift.objects.filter(user=user, ward_id=tablet.ward_id, ended_at=None).update(ended_at=at)
    if ended:
        note(user, "shift.ended", at, {"tablet": tablet.pk, "ward": tablet.ward_id})
    return bool(ended)


def prove(user: User, pin: str, tablet: Tablet, at: datetime) -> None:
    """Return when ``pin`` is that of ``user``, who is on shift on the tablet's ward; raise WrongPin otherwise.

    Like a password's, a failure is written to the log outside of the act: call it before the act's transaction.
    The fifth wrong PIN in a row ends the person's shifts: only their password brings them back. Nobody else waits.
    """
    if not is_on_shift(user, tablet.ward_id, at) or not membership.works_on(user, tablet.ward_id, at):
        raise WrongPin(f"{user} has not signed in on this ward's tablets for this shift. Sign in with the password.")
    if why := failure(user, pin, tablet, at):
        raise WrongPin(why)


@transaction.atomic
def failure(user: User, pin: str, tablet: Tablet, at: datetime) -> str:
    """Return why it failed, or "". Compares under the PIN's lock: guesses sent at once are counted one by one."""
    kept = Pin.objects.select_for_update().filter(user=user).first()
    if kept is None:
        return f"{user} has no PIN yet. Sign in with the password and set one."
    if kept.wrong >= MOST_WRONG:
        return f"Too many wrong PINs for {user}. Sign in with the password."
    if check_password(pin, kept.hashed):
        Pin.objects.filter(user=user).update(wrong=0)
        return ""
    kept.wrong += 1
    kept.save(update_fields=["wrong"])
    note(user, "pin.wrong", at, {"tablet": tablet.pk, "in_a_row": kept.wrong})
    if kept.wrong < MOST_WRONG:
        return f"This is not the PIN of {user}. {MOST_WRONG - kept.wrong} tries are left."
    TabletShift.objects.filter(user=user, ended_at=None).update(ended_at=at)
    note(user, "pin.locked", at, {"tablet": tablet.pk})
    return f"Too many wrong PINs for {user}. Sign in with the password."


@transaction.atomic
def switched(*, user: User, tablet: Tablet, at: datetime) -> None:
    """Record that ``user`` took over the tablet by PIN."""
    note(user, "tablet.taken", at, {"tablet": tablet.pk})


def note(user: User, event: str, at: datetime, body: dict[str, object]) -> None:
    """Record the event in the log, never the PIN."""
    audit.append(event=event, actor=Actor(user=user), at=at, subject="account", subject_id=user.pk, body=body)
