"""Which Celery application do the worker, beat and every sender share?"""

from __future__ import annotations

import os

from celery import Celery
from celery.bootsteps import StartStopStep

from il2ward.audit.evidence import assert_guarded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "il2ward.settings")


class Guarded(StartStopStep):
    """Lets no worker start on a database that would let evidence be changed."""

    def start(self, parent: object) -> None:  # noqa: ARG002
        """Raise EvidenceUnguarded when a guard is missing; the supervisor says so and tries again."""
        assert_guarded()


app = Celery("il2ward")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # Each is worthless once the next is due, so a backlog of them never builds up.
    "sweep": {"task": "monitoring.sweep", "schedule": 2.0, "options": {"expires": 2}},
    "heartbeat": {"task": "monitoring.heartbeat", "schedule": 5.0, "options": {"expires": 5}},
    "tell_subscribers": {"task": "monitoring.tell_subscribers", "schedule": 2.0, "options": {"expires": 2}},
    "verify": {"task": "audit.verify", "schedule": 6 * 3600.0, "options": {"expires": 3600}},
    "tell": {"task": "monitoring.tell", "schedule": 5.0, "options": {"expires": 5}},
    "anchor": {"task": "audit.anchor", "schedule": 300.0, "options": {"expires": 300}},
}
app.steps["worker"].add(Guarded)
# The current application is kept per thread: without this a sender's thread would meet an empty one.
app.set_default()
