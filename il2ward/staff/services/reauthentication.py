"""Is this person really here? Their password again, for one act, in constant time, not for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import F

from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import User, WrongPasswords

MOST_WRONG = 5
LOCKED_FOR = timedelta(minutes=15)
# Django spends as long on a password that can match nothing as on a wrong one.
UNUSABLE = "!"


class WrongPassword(RuntimeError):
    """The password is not that person's."""


class TooManyWrongPasswords(WrongPassword):
    """After five wrong passwords even the right one is refused, until fifteen minutes after the first of them."""


def prove(user: User, password: str, at: datetime) -> None:
    """Return when ``password`` is that of ``user``, who is active; raise WrongPassword otherwise.

    Every failure is written to the log: call it before the transaction of the act, or its roll-back takes the
    entry along. Raises TooManyWrongPasswords, without looking at the password, while the person is locked.
    """
    if is_locked(user, at):
        note(user, "reauthentication.refused", at)
        raise TooManyWrongPasswords(f"Too many wrong passwords for {user}; try again in fifteen minutes.")
    if not check_password(password, user.password) or not user.is_active:
        count_wrong(user, at)
        raise WrongPassword(f"This is not the password of {user}.")
    WrongPasswords.objects.filter(user=user).delete()


def prove_by_name(username: str, password: str, at: datetime) -> User:
    """Return the active person of this name and password; raise WrongPassword, also for a name nobody has.

    An unknown name takes as long as a wrong password, so that names cannot be guessed by the clock.
    """
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        check_password(password, UNUSABLE)
        raise WrongPassword("This name and password do not belong together.")
    prove(user, password, at)
    return user


def is_locked(user: User, at: datetime) -> bool:
    """Return whether ``user`` has given too many wrong passwords lately."""
    return WrongPasswords.objects.filter(user=user, count__gte=MOST_WRONG, first_at__gt=at - LOCKED_FOR).exists()


@transaction.atomic
def count_wrong(user: User, at: datetime) -> None:
    """Count one more wrong password; the count begins anew fifteen minutes after its first."""
    mine = WrongPasswords.objects.filter(user=user)
    if not mine.filter(first_at__gt=at - LOCKED_FOR).update(count=F("count") + 1):
        WrongPasswords.objects.update_or_create(user=user, defaults={"count": 1, "first_at": at})
    note(user, "reauthentication.failed", at)


@transaction.atomic
def note(user: User, event: str, at: datetime) -> None:
    """Record that somebody could not prove to be ``user``."""
    audit.append(event=event, actor=Actor(user=user), at=at, subject="account", subject_id=user.pk, body={})
