"""The shell of il2ward: what starts, what answers and what everything else stands on."""

from __future__ import annotations

from il2ward.celery import app as celery_app

__all__ = ["celery_app"]
