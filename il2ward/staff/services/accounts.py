"""How does a person get an account, another role, and let in no more?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction

from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import Role, Site, TabletShift, User

# The first words anybody here would try; the demonstration's password is public.
TELLING_WORDS = ("il2ward", "aldesleukin", "interleukin", "proleukin")
SHORTEST_TELLING_NAME = 4


class DemoAccountsRefused(RuntimeError):
    """Demonstration accounts have a password everybody knows; this installation does not allow them."""


@transaction.atomic
def create(
    *, site: Site, username: str, display_name: str, role: Role, password: str, actor: Actor, at: datetime
) -> User:
    """Make an account and return it; an admin's may open the admin site.

    Raises ValidationError for a weak password, and IntegrityError for a name that is taken.
    """
    user = blank(site=site, username=username, display_name=display_name, role=role, at=at)
    require_fit(password, user)
    return kept(user, password, actor=actor, at=at)


@transaction.atomic
def close(*, user: User, actor: Actor, at: datetime) -> bool:
    """Let the person in no more, from their next request on; return False when that was so before.

    Raises ValidationError for the last admin of a hospital.
    """
    require_another_admin(user)
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        return False
    _note(user, "account.closed", actor=actor, at=at, body={})
    return True


@transaction.atomic
def change_role(*, user: User, role: Role, actor: Actor, at: datetime) -> bool:
    """Give the person another role from ``at`` on; return False when it is theirs already.

    They are signed out everywhere and their shifts on tablets end: the next page they see is one of the new role. What
    they did stays theirs. The caller ends the memberships of somebody who becomes an admin. Raises ValidationError for
    one's own role, for an account that is closed, and for the last admin of a hospital.
    """
    if actor.user is not None and actor.user.pk == user.pk:
        raise ValidationError("You cannot change your own role. Ask another admin.")
    if user.role == role:
        return False
    require_another_admin(user)
    is_staff = role == Role.ADMIN
    if not User.objects.filter(pk=user.pk, is_active=True, role=user.role).update(role=role, is_staff=is_staff):
        raise ValidationError("This account is closed, or was changed meanwhile. Load the page again.")
    TabletShift.objects.filter(user=user, ended_at=None).update(ended_at=at)
    end_sessions(user, at)
    _note(user, "account.role_changed", actor=actor, at=at, body={"from": user.role, "to": role})
    return True


def require_another_admin(user: User) -> None:
    """Raise ValidationError when this is the only admin of a hospital who is let in; locks all of them until then."""
    admins = User.objects.select_for_update().filter(site=user.site_id, role=Role.ADMIN, is_active=True).order_by("pk")
    if [one.pk for one in admins] == [user.pk]:
        raise ValidationError("This is the hospital's last admin. Make somebody else an admin first.")


def end_sessions(user: User, at: datetime) -> None:
    """Sign the person out of every browser."""
    for one in Session.objects.filter(expire_date__gt=at):
        if one.get_decoded().get(SESSION_KEY) == str(user.pk):
            one.delete()


def require_fit(password: str, user: User) -> None:
    """Raise ValidationError for a password that is short, common, or made of the person's or the place's name."""
    validate_password(password, user)
    refuse_telling_words(password, user)


@transaction.atomic
def create_demonstration(
    *, site: Site, username: str, display_name: str, role: Role, password: str, actor: Actor, at: datetime
) -> User:
    """Return the demonstration account of this name, making it on the first call; its password may be weak.

    Raises DemoAccountsRefused unless the settings allow such accounts; production never does.
    """
    if settings.IL2WARD_MODE == "production" or not (settings.IL2WARD_DEMO_ACCOUNTS or settings.IL2WARD_MODE == "test"):
        raise DemoAccountsRefused("Demonstration accounts are refused here.")
    if known := User.objects.filter(username=username).first():
        return known
    user = blank(site=site, username=username, display_name=display_name, role=role, at=at)
    user.demonstration = True
    return kept(user, password, actor=actor, at=at)


def refuse_telling_words(password: str, user: User) -> None:
    """Raise ValidationError when the password holds the person's name or a word of this place."""
    names = [user.username, *user.display_name.split()]
    for word in (*TELLING_WORDS, *(name for name in names if len(name) >= SHORTEST_TELLING_NAME)):
        if word.casefold() in password.casefold():
            raise ValidationError(f"The password must not hold the word {word!r}.", code="password_tells")


def blank(*, site: Site, username: str, display_name: str, role: Role, at: datetime) -> User:
    """Return the account as it will be, without its password and not yet kept."""
    return User(
        site=site,
        username=username,
        display_name=display_name,
        role=role,
        is_staff=role == Role.ADMIN,
        date_joined=at,
    )


def kept(user: User, password: str, *, actor: Actor, at: datetime) -> User:
    """Keep the account with its password and record that it was made."""
    user.set_password(password)
    user.save(force_insert=True)
    said = {"role": user.role, "demonstration": user.demonstration}
    _note(user, "account.created", actor=actor, at=at, body=said)
    return user


def _note(user: User, event: str, *, actor: Actor, at: datetime, body: Mapping[str, object]) -> None:
    """Record an act on an account in the log; its user name goes with it."""
    audit.append(
        event=event,
        actor=actor,
        at=at,
        subject="account",
        subject_id=user.pk,
        site_id=user.site_id,
        body={"username": user.username, **body},
    )
