"""What does the log have done on its own?"""

from __future__ import annotations

from celery import shared_task

from il2ward import clock
from il2ward.audit.services import anchors, kept_checks


@shared_task(name="audit.anchor", ignore_result=True)
def anchor(**_: object) -> None:
    """Sign the head of the log outside the database; safe to run twice, or late."""
    anchors.write(clock.now())


@shared_task(name=kept_checks.TASK, ignore_result=True)
def verify(**_: object) -> None:
    """Walk the whole log and keep what was found; safe to run twice, or late."""
    kept_checks.run(started_at=clock.now())
