"""How does a ward say who is on call, where they are reached, and how long its alerts wait? Each change is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from dosing.services.people import require_keeper
from dosing.services.reasons import A_FEW_WORDS, require_text
from dosing.services.refusals import Invalid, NotAllowed, Refused
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.live import services as live
from il2ward.outgoing import NotAllowed as NeverCalled
from il2ward.outgoing import target_of
from il2ward.staff.models import Role, User, Ward
from il2ward.staff.selectors.membership import works_on
from monitoring.models import ContactAddress, EscalationTimes, OnCallShift
from monitoring.models.escalation import CHANNELS, LONGEST_MIN, ON_CALL_RUNGS
from monitoring.selectors.roster import Minutes, standing_shifts

LONGEST_SHIFT = timedelta(days=14)
ONLY_KEEPERS = "Only an admin or a physician of this hospital plans who is on call."


class ShiftsOverlap(Refused):
    """Somebody else, or the same person, is on call at that rung in part of that time."""


@transaction.atomic
def plan(
    *, ward: Ward, rung: str, physician: User, from_at: datetime, until_at: datetime, actor: Actor, at: datetime
) -> OnCallShift:
    """Put a physician of the ward on call from ``from_at`` until ``until_at`` (exclusive).

    Raises NotAllowed for anybody but an admin or physician of the hospital, Invalid, ShiftsOverlap.
    """
    person = _keeper(actor, ward)
    locked = Ward.objects.select_for_update().get(pk=ward.pk)
    _judge(locked, rung, physician, from_at, until_at, at)
    other = standing_shifts(locked.pk).filter(rung=rung, from_at__lt=until_at, until_at__gt=from_at).first()
    if other is not None:
        raise ShiftsOverlap(f"{other.physician} is on call in part of that time. Take that shift out first.")
    shift = OnCallShift.objects.create(
        ward=locked,
        rung=rung,
        physician=physician,
        from_at=from_at,
        until_at=until_at,
        entered_by=person,
        entered_at=at,
    )
    _note(shift, "on_call.planned", actor=actor, at=at)
    return shift


@transaction.atomic
def withdraw(*, shift_id: int, ward: Ward, actor: Actor, at: datetime) -> OnCallShift:
    """Take a shift out of the plan from now on; its row stays. Raises NotAllowed, or Invalid when it is not there."""
    person = _keeper(actor, ward)
    Ward.objects.select_for_update().get(pk=ward.pk)
    shift = standing_shifts(ward.pk).filter(pk=shift_id, until_at__gt=at).first()
    if shift is None:
        raise Invalid("This shift is over or was taken out already.")
    shift.withdrawn_at, shift.withdrawn_by = at, person
    shift.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _note(shift, "on_call.withdrawn", actor=actor, at=at)
    return shift


@transaction.atomic
def set_times(*, ward: Ward, minutes: Minutes, reason: str, actor: Actor, at: datetime) -> EscalationTimes:
    """Choose how long the ward's alerts wait, for alerts that move from now on: an admin's act, with a reason.

    Raises NotAllowed, ReasonMissing, or Invalid for what is not 1 to 240 minutes or lets a high alert wait longer.
    """
    person = _admin(actor, ward, "Only an admin of this hospital chooses how long alerts wait.")
    given = asdict(minutes)
    if not all(1 <= one <= LONGEST_MIN for one in given.values()):
        raise Invalid(f"Each time is 1 to {LONGEST_MIN} minutes.")
    if minutes.step_high_min > minutes.step_medium_min or minutes.ack_high_min > minutes.ack_medium_min:
        raise Invalid("A high alert waits no longer than a medium one.")
    require_text(reason, at_least=A_FEW_WORDS)
    row = EscalationTimes.objects.create(ward=ward, reason=reason.strip()[:200], set_by=person, set_at=at, **given)
    _append("escalation.times_set", ward, {**given, "reason": row.reason}, actor=actor, at=at)
    return row


@transaction.atomic
def add_address(
    *, ward: Ward, person: User | None, channel: str, address: str, actor: Actor, at: datetime
) -> ContactAddress:
    """Keep where ``person`` is reached, or the ward's last resort (None). One's own, or an admin's act.

    The log keeps that it was done, never the address. Raises NotAllowed or Invalid.
    """
    by = _may_write_address(actor, ward, person)
    given = address.strip()
    _judge_address(channel, given)
    whose = {"person": person} if person is not None else {"ward": ward}
    row, is_new = ContactAddress.objects.get_or_create(
        **whose, channel=channel, address=given, ended_at=None, defaults={"set_by": by, "set_at": at}
    )
    if is_new:
        body = {"channel": channel, "person": person.pk if person else None, "address": row.pk}
        _append("on_call.address_added", ward, body, actor=actor, at=at)
        live.changed(ward_id=ward.pk, at=at)
    return row


@transaction.atomic
def end_address(*, address_id: int, ward: Ward, actor: Actor, at: datetime) -> None:
    """Use an address no more. Raises NotAllowed, or Invalid when it is not there."""
    row = ContactAddress.objects.filter(pk=address_id, ended_at=None).select_related("person").first()
    if row is None or row.ward_id not in (None, ward.pk) or not _is_of(row.person, ward, at):
        raise Invalid("This address is not in use.")
    _may_write_address(actor, ward, row.person)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    body = {"channel": row.channel, "person": row.person_id, "address": row.pk}
    _append("on_call.address_ended", ward, body, actor=actor, at=at)
    live.changed(ward_id=ward.pk, at=at)


def _is_of(person: User | None, ward: Ward, at: datetime) -> bool:
    return person is None or works_on(person, ward.pk, at)


def _judge(ward: Ward, rung: str, physician: User, from_at: datetime, until_at: datetime, at: datetime) -> None:
    if rung not in ON_CALL_RUNGS:
        raise Invalid("On call is first or second.")
    if physician.role != Role.PHYSICIAN or not works_on(physician, ward.pk, at):
        raise Invalid("Choose an active physician of this ward.")
    if not from_at < until_at or until_at <= at:
        raise Invalid("A shift ends after it begins, and not in the past.")
    if until_at - from_at > LONGEST_SHIFT:
        raise Invalid(f"A shift lasts at most {LONGEST_SHIFT.days} days.")


def _judge_address(channel: str, address: str) -> None:
    if channel not in CHANNELS or not address or len(address) > 300:
        raise Invalid("Give an e-mail address or a pager's web address.")
    try:
        validate_email(address) if channel == "email" else target_of(address)
    except ValidationError as no:
        raise Invalid("This is no e-mail address.") from no
    except NeverCalled as no:
        raise Invalid(str(no)) from no


def _keeper(actor: Actor, ward: Ward) -> User:
    return require_keeper(actor, ward.site_id, refused=ONLY_KEEPERS, elsewhere=ONLY_KEEPERS)


def _admin(actor: Actor, ward: Ward, refused: str) -> User:
    person = require_keeper(actor, ward.site_id, refused=refused, elsewhere=refused)
    if person.role != Role.ADMIN:
        raise NotAllowed(refused)
    return person


def _may_write_address(actor: Actor, ward: Ward, person: User | None) -> User:
    is_own = person is not None and actor.user is not None and actor.user.pk == person.pk and person.is_active
    if is_own and actor.user is not None:
        return actor.user
    return _admin(actor, ward, "Your own addresses are yours to set; those of others and of the ward are an admin's.")


def _note(shift: OnCallShift, event: str, *, actor: Actor, at: datetime) -> None:
    body = {
        "shift": shift.pk, "rung": shift.rung, "physician": shift.physician_id,
        "from_at": shift.from_at.isoformat(), "until_at": shift.until_at.isoformat(),
    }  # fmt: skip
    _append(event, shift.ward, body, actor=actor, at=at)
    live.changed(ward_id=shift.ward_id, at=at)


def _append(event: str, ward: Ward, body: Mapping[str, object], *, actor: Actor, at: datetime) -> None:
    audit.append(
        event=event, actor=actor, at=at, subject="ward", subject_id=ward.pk, site_id=ward.site_id,
        body={"ward": ward.pk, **body},
    )  # fmt: skip
