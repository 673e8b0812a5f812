"""Registers the staff app."""

from __future__ import annotations

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "il2ward.staff"
    label = "staff"
    default_auto_field = "django.db.models.BigAutoField"
