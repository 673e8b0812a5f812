"""When each part of the service last showed that it makes progress."""

from __future__ import annotations

from django.db import models


class WorkerBeat(models.Model):
    """The last sign of work of one part ("worker", "web-sweep", "beat-sweep"); the latest of all marks the clock."""

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.part
