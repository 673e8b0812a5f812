"""What Celery does for the ward: grade, sweep, and show that it is alive. Each is safe to run twice, or late."""

from __future__ import annotations

from celery import shared_task

from il2ward import clock
from monitoring.interop.telling import sending
from monitoring.interop.webhooks import delivering
from monitoring.services import grading, rounds


@shared_task(name="monitoring.grade_course", ignore_result=True)
def grade_course(*, course_id: int, **_: object) -> None:
    """Grade everything that waits for one course; the rows say what, the message is only the accelerator."""
    grading.grade_course(course_id=course_id, at=clock.now(), by_worker=True)


@shared_task(name="monitoring.sweep", ignore_result=True)
def sweep(**_: object) -> None:
    """Pick up what was left waiting, look at courses whose time has come, move alerts on."""
    rounds.make_round(part="worker", at=clock.now(), by_worker=True)


@shared_task(name="monitoring.heartbeat", ignore_result=True)
def heartbeat(**_: object) -> None:
    """Show that the worker makes progress."""
    rounds.sign(part="worker", at=clock.now())


@shared_task(name="monitoring.tell_subscriber", ignore_result=True)
def tell_subscriber(*, subscription_id: int, **_: object) -> None:
    """Send what waits for one subscription; the rows say what, the message is only the accelerator."""
    delivering.deliver(subscription_id)


@shared_task(name="monitoring.tell_subscribers", ignore_result=True)
def tell_subscribers(**_: object) -> None:
    """Wake the sending to every subscription that has something due: what was left behind, what is tried again."""
    delivering.wake_all(at=clock.now())


@shared_task(name="monitoring.tell", ignore_result=True)
def tell(**_: object) -> None:
    """Send the mails and pages about alerts that are due; the rows say which, the message is only the accelerator."""
    sending.send_due(at=clock.now())
