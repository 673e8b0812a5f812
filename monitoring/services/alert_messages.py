"""What must leave the ward about an alert, and what became of it? The outbox of mails and pages to people."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from dosing.services import courses
from il2ward.live import services as live
from il2ward.staff.models import User
from monitoring.domain.escalation import LADDER, Rung
from monitoring.domain.outward import LEASE, retry_after
from monitoring.models import Alert, AlertDelivery
from monitoring.selectors.roster import addresses_of, on_call_at
from monitoring.services import alert_steps

TELL = "monitoring.tell"
OPEN = Q(sent_at=None, given_up_at=None, spared_at=None)


def queue(alert: Alert, rung: Rung, person: User | None, *, at: datetime) -> int:
    """Put one message per address of the rung into the outbox; return how many. The bedside gets none."""
    if rung is Rung.NURSE:
        return 0
    rows = [
        AlertDelivery.objects.create(
            alert=alert, rung=rung.value, person=one.person, channel=one.channel, address=one.address,
            severity=alert.severity, created_at=at, next_try_at=at,
        )
        for one in addresses_of(rung, alert.ward_id, person).select_related("person")
    ]  # fmt: skip
    if rows:
        live.wake(TELL)
    return len(rows)


def queue_again(alert: Alert, *, at: datetime) -> None:
    """The alert got worse while it is with somebody outside the ward: they are told again."""
    rung = LADDER[alert.escalation]
    queue(alert, rung, on_call_at(alert.ward_id, at).get(rung), at=at)


def due(*, at: datetime, most: int = 50) -> list[int]:
    """Return the messages whose time has come and that nobody is sending, the oldest first."""
    rows = AlertDelivery.objects.filter(OPEN, _free(at), next_try_at__lte=at)
    return list(rows.order_by("next_try_at", "id").values_list("pk", flat=True)[:most])


def take(delivery_id: int, *, at: datetime) -> AlertDelivery | None:
    """Lease a message for sending; None when another worker has it, or when its alert was answered or is over."""
    mine = AlertDelivery.objects.filter(OPEN, _free(at), pk=delivery_id)
    if not mine.update(leased_until=at + LEASE, tries=F("tries") + 1):
        return None
    row = _whole().get(pk=delivery_id)
    if row.alert.acknowledged_at is None and row.alert.cleared_at is None and row.alert.condition_gone_at is None:
        return row
    AlertDelivery.objects.filter(OPEN, pk=delivery_id).update(spared_at=at, leased_until=None)
    return None


@transaction.atomic
def sent(delivery_id: int, *, at: datetime) -> None:
    """Keep that the receiver took the message."""
    row = _locked(delivery_id)
    if AlertDelivery.objects.filter(OPEN, pk=delivery_id).update(sent_at=at, leased_until=None, last_error=""):
        alert_steps.keep(row.alert, "told", at=at, text=f"{_whom(row)} was sent {_what(row)}.")
        live.changed(ward_id=row.alert.ward_id, at=at)


@transaction.atomic
def failed(delivery_id: int, why: str, *, at: datetime) -> None:
    """Keep why a try failed and when the next is; the last failure sends the alert on to the next rung at once."""
    row = _locked(delivery_id)
    mine = AlertDelivery.objects.filter(OPEN, pk=delivery_id)
    wait = retry_after(row.tries)
    if wait is not None:
        mine.update(next_try_at=at + wait, leased_until=None, last_error=why[:200])
    elif mine.update(given_up_at=at, leased_until=None, last_error=why[:200]):
        alert_steps.keep(row.alert, "not_told", at=at, text=f"{_whom(row)} could not be sent {_what(row)}: {why}")
        _go_on(row, at=at)
    live.changed(ward_id=row.alert.ward_id, at=at)


def _go_on(row: AlertDelivery, *, at: datetime) -> None:
    """Nobody at this rung was reached, so the alert need not wait; the last resort is tried again in its own time."""
    alert = row.alert
    if row.rung == Rung.FALLBACK or alert.escalation != Rung(row.rung).place:
        return
    same = AlertDelivery.objects.filter(alert=alert, rung=row.rung, created_at=row.created_at)
    if alert.acknowledged_at is None and alert.cleared_at is None and not same.filter(given_up_at=None).exists():
        Alert.objects.filter(pk=alert.pk).update(next_due_at=at)


def _free(at: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=at)


def _whole() -> QuerySet[AlertDelivery]:
    return AlertDelivery.objects.select_related("alert__course__patient", "alert__ward", "person")


def _locked(delivery_id: int) -> AlertDelivery:
    courses.locked(AlertDelivery.objects.values_list("alert__course_id", flat=True).get(pk=delivery_id))
    return _whole().get(pk=delivery_id)


def _whom(row: AlertDelivery) -> str:
    return row.person.display_name if row.person else "The ward's last resort"


def _what(row: AlertDelivery) -> str:
    return "an e-mail" if row.channel == "email" else "a page"
