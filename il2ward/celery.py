"""Which Celery application do the worker, beat and every sender share?"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "il2ward.settings")

app = Celery("il2ward")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # Each is worthless once the next is due, so a backlog of them never builds up.
    "sweep": {"task": "monitoring.sweep", "schedule": 2.0, "options": {"expires": 2}},
    "heartbeat": {"task": "monitoring.heartbeat", "schedule": 5.0, "options": {"expires": 5}},
    "anchor": {"task": "audit.anchor", "schedule": 300.0, "options": {"expires": 300}},
}
# The current application is kept per thread: without this a sender's thread would meet an empty one.
app.set_default()
