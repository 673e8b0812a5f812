"""Which view answers which address?"""

from __future__ import annotations

from django.urls import path

from il2ward import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
]
