"""What does the admin site show of courses, doses and what was said about them? It changes none of it."""

from __future__ import annotations

from django.contrib import admin

from dosing import models
from il2ward.audit.evidence_admin import ReadsOnly


@admin.register(models.Patient)
class PatientAdmin(ReadsOnly):
    list_display = ("mrn", "family_name", "given_name", "site", "registered_at")
    search_fields = ("mrn", "family_name")
    list_filter = ("site",)


@admin.register(models.Placement)
class PlacementAdmin(ReadsOnly):
    list_display = ("patient", "ward", "bed", "from_at", "until_at")
    list_filter = ("ward",)
    list_select_related = ("patient", "ward", "bed")


@admin.register(models.Course)
class CourseAdmin(ReadsOnly):
    list_display = ("patient", "number", "status", "protocol", "opened_at", "ended_at", "end_reason")
    list_filter = ("site", "status")
    list_select_related = ("patient", "protocol")


@admin.register(models.Cycle)
class CycleAdmin(ReadsOnly):
    list_display = ("course", "number", "status", "dosing_weight_kg", "starts_at", "ended_at", "end_reason")
    list_filter = ("status",)
    list_select_related = ("course",)


@admin.register(models.CycleCheck)
class CycleCheckAdmin(ReadsOnly):
    list_display = ("cycle", "item", "answer", "note", "signed_by", "signed_at")
    list_select_related = ("cycle", "signed_by")


@admin.register(models.Dose)
class DoseAdmin(ReadsOnly):
    list_display = ("cycle", "number", "status", "due_at", "started_at", "ended_at", "given_iu", "deviation")
    list_filter = ("status", "deviation")
    list_select_related = ("cycle",)


@admin.register(models.Assessment)
class AssessmentAdmin(ReadsOnly):
    list_display = ("dose", "at", "verdict", "cause", "valid_until", "evidence_seq")
    list_filter = ("verdict", "cause")
    list_select_related = ("dose",)


@admin.register(models.Decision)
class DecisionAdmin(ReadsOnly):
    list_display = ("dose", "kind", "by", "at", "reason_code", "expires_at", "reauthenticated")
    list_filter = ("kind",)
    list_select_related = ("dose", "by")


@admin.register(models.StopLatch)
class StopLatchAdmin(ReadsOnly):
    list_display = ("patient", "cycle", "verdict", "latched_at", "lifted_at", "lifted_by")
    list_filter = ("verdict",)
    list_select_related = ("patient", "cycle", "lifted_by__by")


@admin.register(models.TestOrder)
class TestOrderAdmin(ReadsOnly):
    list_display = ("course", "test", "ordered_at", "ordered_by", "closed_at", "closed_by", "reason")
    list_filter = ("test",)
    list_select_related = ("course", "ordered_by", "closed_by")


@admin.register(models.Rescue)
class RescueAdmin(ReadsOnly):
    list_display = ("dose", "kind", "amount", "unit", "note", "given_at", "recorded_at", "by")
    list_filter = ("kind",)
    list_select_related = ("dose", "by")


@admin.register(models.RuleFile)
class RuleFileAdmin(ReadsOnly):
    list_display = ("kind", "key", "version", "sha256", "adopted_at")
    list_filter = ("kind",)


@admin.register(models.ProtocolSignoff)
class ProtocolSignoffAdmin(ReadsOnly):
    list_display = ("protocol", "site", "physician", "signed_at", "demonstration", "minimum_start_to_start_min")
    list_filter = ("site", "demonstration")
    list_select_related = ("protocol", "site", "physician")


@admin.register(models.DoseCalculation)
class DoseCalculationAdmin(ReadsOnly):
    list_display = ("cycle", "first_dose_iu", "second_dose_iu", "agrees", "first_by", "second_by", "at")
    list_filter = ("agrees",)
    list_select_related = ("cycle", "first_by", "second_by")


@admin.register(models.DoseReduction)
class DoseReductionAdmin(ReadsOnly):
    list_display = ("dose", "from_iu", "to_iu", "reason", "by", "confirmed_by", "at")
    list_select_related = ("dose", "by", "confirmed_by")


@admin.register(models.EligibilityAnswer)
class EligibilityAnswerAdmin(ReadsOnly):
    list_display = ("course", "fact", "value", "seen_in", "by", "at")
    list_select_related = ("course", "by")


@admin.register(models.ResponseEntry)
class ResponseEntryAdmin(ReadsOnly):
    list_display = ("course", "definition", "category", "computed", "assessed_on", "by", "at")
    list_filter = ("definition",)
    list_select_related = ("course", "by")


@admin.register(models.SiteVial)
class SiteVialAdmin(ReadsOnly):
    list_display = ("site", "recoverable_iu", "reason", "set_by", "set_at")
    list_filter = ("site",)
    list_select_related = ("site", "set_by")


@admin.register(models.SlotMove)
class SlotMoveAdmin(ReadsOnly):
    list_display = ("dose", "due_before_at", "due_after_at", "is_lost", "decision", "rule")
    list_filter = ("is_lost",)
    list_select_related = ("dose", "decision__by")
