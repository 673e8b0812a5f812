"""Who is told of holds, stops, grave grades and alerts, and where? Made, switched off and on, and ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from dosing.services.refusals import Invalid, Refused
from dosing.services.refusals import NotAllowed as NotAllowedHere
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.outgoing import NotAllowed, target_of
from il2ward.staff.models import Device
from il2ward.staff.scopes import allows
from monitoring.models import Subscription
from monitoring.selectors.subscriptions import open_deliveries
from monitoring.services import signing_secrets

# What is told leads to a resource of this type: whoever may not read it is not told that it is there.
LEADS_TO: Mapping[str, str] = {
    "hold": "DetectedIssue",
    "stop": "DetectedIssue",
    "dose-held": "MedicationAdministration",
    "grade-3": "Observation",
    "alert": "DetectedIssue",
}
MOST_PER_SYSTEM = 50


class NotForThisSystem(NotAllowedHere):
    """The system may not read what it would be told of, or was revoked."""


class SubscribedAlready(Refused):
    """This system is told of this at this address already."""


@transaction.atomic
def subscribe(
    *, device: Device, topic: str, address: str, reason: str = "", actor: Actor, at: datetime
) -> tuple[Subscription, str]:
    """Tell ``device`` of ``topic`` at ``address`` from now on; return the row and its signing secret, told only now.

    ``actor`` is the system itself or an admin of its hospital. Raises Invalid (the address is never called, or the
    topic is none), NotForThisSystem, SubscribedAlready.
    """
    if topic not in Subscription.TOPICS:
        raise Invalid(f"There is no topic {topic!r}; there are {', '.join(Subscription.TOPICS)}.")
    try:
        target_of(address)
    except NotAllowed as no:
        raise Invalid(f"This address is not called: {no}") from no
    if device.revoked_at is not None or not allows(device.scopes, LEADS_TO[topic], "r"):
        raise NotForThisSystem(f"{device.name} may not read {LEADS_TO[topic]}, to which this topic leads.")
    if Subscription.objects.filter(device=device, ended_at=None).count() >= MOST_PER_SYSTEM:
        raise Invalid(f"A system has at most {MOST_PER_SYSTEM} subscriptions.")
    salt, key_print = signing_secrets.new_salt()
    try:
        with transaction.atomic():
            made = Subscription.objects.create(
                device=device, topic=topic, address=address, reason=reason, salt=salt, key_print=key_print,
                made_by=actor.user, created_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise SubscribedAlready("This system is told of this at this address already.") from error
    _note(made, "subscription.created", actor=actor, at=at)
    return made, signing_secrets.shown(signing_secrets.secret_of(made))


@transaction.atomic
def switch_off(*, subscription: Subscription, actor: Actor, at: datetime) -> bool:
    """Tell nothing more until it is switched on again; what waits is given up. False when it was off or ended."""
    if not Subscription.objects.filter(pk=subscription.pk, off_at=None, ended_at=None).update(off_at=at):
        return False
    _give_up_waiting(subscription, "Switched off.", at)
    _note(subscription, "subscription.switched_off", actor=actor, at=at)
    return True


@transaction.atomic
def switch_on(*, subscription: Subscription, actor: Actor, at: datetime) -> bool:
    """Tell again what happens from now on. False when it was on or has ended."""
    if not Subscription.objects.filter(pk=subscription.pk, off_at__isnull=False, ended_at=None).update(off_at=None):
        return False
    _note(subscription, "subscription.switched_on", actor=actor, at=at)
    return True


@transaction.atomic
def end(*, subscription: Subscription, actor: Actor, at: datetime) -> bool:
    """End it for good; what waits is given up. False when it had ended before."""
    if not Subscription.objects.filter(pk=subscription.pk, ended_at=None).update(ended_at=at):
        return False
    _give_up_waiting(subscription, "The subscription was ended.", at)
    _note(subscription, "subscription.ended", actor=actor, at=at)
    return True


def _give_up_waiting(subscription: Subscription, why: str, at: datetime) -> None:
    open_deliveries().filter(subscription=subscription).update(
        given_up_at=at, failure=why, lease=None, leased_until=None
    )


def _note(subscription: Subscription, event: str, *, actor: Actor, at: datetime) -> None:
    audit.append(
        event=event,
        actor=actor,
        at=at,
        subject="subscription",
        subject_id=subscription.pk,
        site_id=subscription.device.site_id,
        body={"device": subscription.device_id, "topic": subscription.topic, "address": subscription.address},
    )
