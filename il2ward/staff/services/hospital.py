"""What may an admin do with the people, wards and beds of the hospital, whichever entrance they come by?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from il2ward.audit.actor import Actor
from il2ward.staff.models import Bed, Role, Site, User, Ward, WardMembership
from il2ward.staff.selectors.membership import open_memberships
from il2ward.staff.services import accounts, membership, places

LONGEST_USERNAME = 150
LONGEST_NAME = 120
LONGEST_CODE = 40
LONGEST_LABEL = 10


@transaction.atomic
def engage(
    *,
    site: Site,
    username: str,
    display_name: str,
    role: Role,
    password: str,
    ward: Ward | None,
    actor: Actor,
    at: datetime,
) -> User:
    """Make an account; who is no admin works on ``ward`` at once (None: on none yet).

    Raises ValidationError for a name or password that will not do, IntegrityError for a user name that is taken.
    """
    name = _name(display_name, "Give the name as the ward knows it")
    _require_slug(username, LONGEST_USERNAME)
    made = accounts.create(
        site=site, username=username, display_name=name, role=role, password=password, actor=actor, at=at
    )
    if ward is not None and role != Role.ADMIN:
        membership.begin(user=made, ward=ward, actor=actor, at=at)
    return made


@transaction.atomic
def dismiss(*, user: User, actor: Actor, at: datetime) -> None:
    """Let the person in no more, on any ward. Raises ValidationError for oneself and for the last admin."""
    if user == actor.user:
        raise ValidationError("You cannot close your own account. Ask another admin.")
    _leave_every_ward(user, actor, at)
    accounts.close(user=user, actor=actor, at=at)


@transaction.atomic
def give_role(*, user: User, role: Role, actor: Actor, at: datetime) -> None:
    """Give the person another role; who becomes an admin leaves every ward. Raises ValidationError."""
    if not accounts.change_role(user=user, role=role, actor=actor, at=at):
        raise ValidationError(f"{user.display_name} has this role already.")
    if role == Role.ADMIN:
        _leave_every_ward(user, actor, at)


def join(*, user: User, ward: Ward | None, actor: Actor, at: datetime) -> WardMembership:
    """Let the person work on one more ward; raises ValidationError for a closed account or no ward."""
    if ward is None or not user.is_active:
        raise ValidationError("Choose a ward, for somebody whose account is open.")
    return membership.begin(user=user, ward=ward, actor=actor, at=at)


def leave(*, user: User, ward: Ward | None, actor: Actor, at: datetime) -> None:
    """End the person's work on the ward; raises ValidationError when they do not work there."""
    if ward is None or not membership.end(user=user, ward=ward, actor=actor, at=at):
        raise ValidationError("They do not work on that ward.")


def open_ward(*, site: Site, code: str, name: str, actor: Actor, at: datetime) -> tuple[Ward, bool]:
    """Return the ward of this short name and whether it was opened now. Raises ValidationError."""
    _require_slug(code, LONGEST_CODE)
    return places.open_ward(site=site, code=code, name=_name(name, "Give the ward's name"), actor=actor, at=at)


def put_up_beds(*, ward: Ward | None, labels: Sequence[str], actor: Actor, at: datetime) -> list[Bed]:
    """Return the beds that were added; labels that are there already are passed over. Raises ValidationError."""
    given = [one.strip() for one in labels if one.strip()]
    if ward is None or not given or any(len(one) > LONGEST_LABEL for one in given):
        raise ValidationError(
            f"Give the labels of the beds, at most {LONGEST_LABEL} characters each, with commas between."
        )
    return places.put_up_beds(ward=ward, labels=given, actor=actor, at=at)


def _leave_every_ward(user: User, actor: Actor, at: datetime) -> None:
    for one in open_memberships(user):
        membership.end(user=user, ward=one.ward, actor=actor, at=at)


def _name(text: str, wanted: str) -> str:
    name = text.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValidationError(f"{wanted}, in at most {LONGEST_NAME} characters.")
    return name


def _require_slug(text: str, longest: int) -> None:
    validate_slug(text)
    if len(text) > longest:
        raise ValidationError(f"A short name has at most {longest} characters.")
