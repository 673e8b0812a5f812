"""What does the admin site show of the log? It changes none of it."""

from __future__ import annotations

from django.contrib import admin

from il2ward.audit.evidence_admin import ReadsOnly
from il2ward.audit.models import AuditEvent, AuditHead, ChainCheck, ReadAccess


@admin.register(AuditEvent)
class AuditEventAdmin(ReadsOnly):
    list_display = ("seq", "at", "event", "actor", "actor_role", "device", "subject", "subject_id", "course_id")
    list_filter = ("event", "actor_role", "site")
    list_select_related = ("actor", "device")
    search_fields = ("=patient_id", "=course_id", "=subject_id", "=hash")
    ordering = ("-seq",)


@admin.register(AuditHead)
class AuditHeadAdmin(ReadsOnly):
    list_display = ("seq", "hash")


@admin.register(ReadAccess)
class ReadAccessAdmin(ReadsOnly):
    list_display = ("at", "user", "patient_id", "page")
    list_filter = ("page",)
    list_select_related = ("user",)
    search_fields = ("=patient_id",)
    ordering = ("-id",)


@admin.register(ChainCheck)
class ChainCheckAdmin(ReadsOnly):
    list_display = ("at", "whole", "events", "anchors", "first_bad", "why")
    list_filter = ("whole",)
    ordering = ("-id",)
