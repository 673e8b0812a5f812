"""Registers the audit app and its deployment check."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register

from il2ward.audit.checks import evidence_is_guarded


class AuditConfig(AppConfig):
    name = "il2ward.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have `check --deploy` ask whether the evidence is guarded."""
        register(evidence_is_guarded, deploy=True)
