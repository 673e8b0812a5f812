"""What becomes of an alert that nobody answers: the next rung, by time or by hand; an acknowledgement that lapses."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dosing.services import courses
from dosing.services.people import require_clinician
from dosing.services.reasons import A_FEW_WORDS, require_text
from dosing.services.refusals import ReasonMissing
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.live import services as live
from monitoring.domain.alerts import Priority
from monitoring.domain.escalation import climb, step_due_at
from monitoring.models import Alert
from monitoring.selectors.roster import on_call_at, times_of
from monitoring.services import alert_messages, alert_steps
from monitoring.services.alerts import AlertIsClosed, reopen


def sweep(*, at: datetime) -> int:
    """Take the next step of every alert whose time has come: an acknowledgement lapses, an unanswered one goes on.

    Returns how many moved. Safe to run twice: each step moves ``next_due_at`` on, under the course's lock.
    """
    due = Alert.objects.filter(cleared_at=None, next_due_at__lte=at).values_list("pk", "course_id")
    return sum(_take_step(alert_id, course_id, at=at) for alert_id, course_id in list(due))


@transaction.atomic
def _take_step(alert_id: int, course_id: int, *, at: datetime) -> bool:
    courses.locked(course_id)
    alert = (
        Alert.objects.select_related("course__patient", "ward")
        .filter(pk=alert_id, cleared_at=None, next_due_at__lte=at)
        .first()
    )
    if alert is None:
        return False
    if alert.acknowledged_at is not None:
        reopen(alert, at=at)
        alert_steps.keep(alert, "ack_expired", at=at, text="The acknowledgement has lapsed; the reason still stands.")
    if alert.severity == Priority.LOW or alert.condition_gone_at is not None:
        # A reminder, or over and only not seen yet: it stays on the board, and nobody is called for it.
        alert.changed_at, alert.next_due_at = at, None
        alert.save()
    else:
        _go_up(alert, "escalated", at=at)
    live.changed(ward_id=alert.ward_id, at=at)
    return True


@transaction.atomic
def by_hand(*, alert_id: int, reason: str, actor: Actor, at: datetime) -> Alert:
    """Send an open alert to the next rung now, also one that is acknowledged: whoever asks wants somebody else.

    Raises ``NotAllowed`` for anybody but clinical staff of the ward, ``ReasonMissing``, ``AlertIsClosed``.
    """
    courses.locked(Alert.objects.values_list("course_id", flat=True).get(pk=alert_id))
    alert = Alert.objects.select_related("course__patient", "ward").get(pk=alert_id)
    if alert.cleared_at is not None:
        raise AlertIsClosed("This alert is already closed; there is nothing to send on.")
    require_clinician(actor, alert.course.patient, at)
    require_text(reason, at_least=A_FEW_WORDS)
    if alert.acknowledged_at is not None:
        reopen(alert, at=at)
    _go_up(alert, "sent_on", at=at, actor=actor, said=f"{reason.strip()}. ")
    live.changed(ward_id=alert.ward_id, at=at)
    return alert


@transaction.atomic
def comment(*, alert_id: int, text: str, actor: Actor, at: datetime) -> Alert:
    """Add a closing word, or any other, to an alert's history; it changes nothing else.

    Raises ``NotAllowed`` for anybody but clinical staff of the ward, and ``ReasonMissing`` for an empty one.
    """
    courses.locked(Alert.objects.values_list("course_id", flat=True).get(pk=alert_id))
    alert = Alert.objects.select_related("course__patient").get(pk=alert_id)
    require_clinician(actor, alert.course.patient, at)
    if not text.strip():
        raise ReasonMissing("Write the comment.")
    alert_steps.keep(alert, "commented", at=at, actor=actor, text=text.strip())
    live.changed(ward_id=alert.ward_id, at=at)
    return alert


def _go_up(alert: Alert, step: str, *, at: datetime, actor: Actor = SYSTEM, said: str = "") -> None:
    on_call = on_call_at(alert.ward_id, at)
    moved = climb(alert.escalation, on_call)
    alert.escalation, alert.changed_at = moved.rung.place, at
    alert.next_due_at = step_due_at(Priority(alert.severity), since=at, times=times_of(alert.ward_id))
    alert.save()
    person = on_call.get(moved.rung)
    count = alert_messages.queue(alert, moved.rung, person, at=at)
    nowhere = "" if count else " No address is known, so nothing was sent."
    now_with = moved.says(person.display_name if person else "")
    alert_steps.keep(alert, step, at=at, actor=actor, text=f"{said}{now_with}{nowhere}")
