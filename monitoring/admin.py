"""What does the admin site show of what was measured, found, graded and told? It changes none of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.audit.evidence_admin import ReadsOnly
from il2ward.staff.admin import acting
from monitoring import models
from monitoring.services import hook_deliveries, subscriptions


def own(request: HttpRequest, model: Any, site: str) -> QuerySet[Any]:
    """Return the rows of the admin's own hospital; ``site`` is the path to it."""
    found: QuerySet[Any] = model.objects.filter(**{site: acting(request).site_id})
    return found


@admin.register(models.Observation)
class ObservationAdmin(ReadsOnly):
    list_display = ("observed_at", "patient", "observable", "comparator", "value", "unit", "code", "status", "origin")
    list_filter = ("site", "observable", "status", "origin")
    list_select_related = ("patient",)
    search_fields = ("=patient__mrn",)
    ordering = ("-id",)


@admin.register(models.SenderVersion)
class SenderVersionAdmin(ReadsOnly):
    list_display = ("sender", "external_id", "version", "observation_id")
    search_fields = ("=external_id",)


@admin.register(models.CurrentValue)
class CurrentValueAdmin(ReadsOnly):
    list_display = ("patient", "observable", "observed_at", "graded")
    list_select_related = ("patient",)


@admin.register(models.CourseBaseline)
class CourseBaselineAdmin(ReadsOnly):
    list_display = ("course", "observable", "set_at", "set_by", "reason")
    list_select_related = ("course", "set_by")


@admin.register(models.BedsideFinding)
class BedsideFindingAdmin(ReadsOnly):
    list_display = ("observed_at", "patient", "criterion", "state", "recorded_by", "entered_in_error_id")
    list_filter = ("state",)
    list_select_related = ("patient", "recorded_by")


@admin.register(models.FindingResolution)
class FindingResolutionAdmin(ReadsOnly):
    list_display = ("finding", "by", "at", "reason")
    list_select_related = ("finding", "by")


@admin.register(models.PendingGrading)
class PendingGradingAdmin(ReadsOnly):
    list_display = ("observation_id", "patient", "course", "since_at")
    list_select_related = ("patient", "course")


@admin.register(models.GradingOutcome)
class GradingOutcomeAdmin(ReadsOnly):
    list_display = ("observation_id", "course", "result", "why", "graded_at", "by_worker", "revision")
    list_filter = ("result", "by_worker")
    list_select_related = ("course",)


@admin.register(models.ToxicityGrade)
class ToxicityGradeAdmin(ReadsOnly):
    list_display = ("observed_at", "course", "term", "grade", "proposed", "why", "ctcae_version", "revision")
    list_filter = ("term", "grade", "proposed")
    list_select_related = ("course",)


@admin.register(models.Regrading)
class RegradingAdmin(ReadsOnly):
    list_display = ("at", "course", "cause", "told")
    list_filter = ("cause",)
    list_select_related = ("course",)
    ordering = ("-id",)


@admin.register(models.SiteLimit)
class SiteLimitAdmin(ReadsOnly):
    list_display = ("site", "observable", "lln", "uln", "unit", "valid_from", "source", "set_by")
    list_filter = ("site", "observable")
    list_select_related = ("site", "set_by")
    ordering = ("-id",)


@admin.register(models.GradeConfirmation)
class GradeConfirmationAdmin(ReadsOnly):
    list_display = ("grade", "confirmed_grade", "by", "at", "reason")
    list_select_related = ("grade", "by")


@admin.register(models.EnteredGrade)
class EnteredGradeAdmin(ReadsOnly):
    list_display = ("observed_at", "course", "term", "grade", "recorded_by", "note", "replaces_id")
    list_filter = ("term", "grade")
    list_select_related = ("course", "recorded_by")


@admin.register(models.PresentOutcome)
class PresentOutcomeAdmin(ReadsOnly):
    list_display = ("course", "dose", "at", "verdict", "valid_until")
    list_select_related = ("course", "dose")


@admin.register(models.Alert)
class AlertAdmin(ReadsOnly):
    list_display = ("raised_at", "course", "dose", "rule", "severity", "acknowledged_by", "cleared_at", "escalation")
    list_filter = ("ward", "rule", "severity")
    list_select_related = ("course", "dose", "acknowledged_by")


@admin.register(models.AlertEvent)
class AlertEventAdmin(ReadsOnly):
    list_display = ("at", "alert", "step", "by", "severity", "text")
    list_filter = ("step",)
    list_select_related = ("alert", "by")
    ordering = ("-id",)


@admin.register(models.EscalationTimes)
class EscalationTimesAdmin(ReadsOnly):
    list_display = ("set_at", "ward", "step_high_min", "step_medium_min", "ack_high_min", "ack_medium_min", "set_by")
    list_filter = ("ward",)
    list_select_related = ("ward", "set_by")
    ordering = ("-id",)


@admin.register(models.OnCallShift)
class OnCallShiftAdmin(ReadsOnly):
    list_display = ("from_at", "until_at", "ward", "rung", "physician", "entered_by", "withdrawn_at")
    list_filter = ("ward", "rung")
    list_select_related = ("ward", "physician", "entered_by")
    ordering = ("-from_at",)


@admin.register(models.ContactAddress)
class ContactAddressAdmin(ReadsOnly):
    list_display = ("person", "ward", "channel", "address", "set_by", "set_at", "ended_at")
    list_select_related = ("person", "ward", "set_by")


@admin.register(models.AlertDelivery)
class AlertDeliveryAdmin(ReadsOnly):
    list_display = (
        "created_at",
        "alert_id",
        "rung",
        "person",
        "channel",
        "tries",
        "sent_at",
        "given_up_at",
        "last_error",
    )
    list_filter = ("channel", "rung")
    list_select_related = ("person",)
    ordering = ("-id",)


@admin.register(models.Handover)
class HandoverAdmin(ReadsOnly):
    list_display = ("at", "ward", "kind", "by", "other", "note")
    list_filter = ("ward", "kind")
    list_select_related = ("ward", "by", "other")
    ordering = ("-id",)


@admin.register(models.Hl7Message)
class Hl7MessageAdmin(ReadsOnly):
    list_display = ("received_at", "device", "event", "control_id", "answer", "patient")
    list_filter = ("device", "event", "answer")
    list_select_related = ("device", "patient")
    exclude = ("content",)
    ordering = ("-id",)


@admin.register(models.QuarantinedMessage)
class QuarantinedMessageAdmin(ReadsOnly):
    list_display = ("put_at", "site", "reason", "where", "why", "identifier")
    list_filter = ("site", "reason")
    list_select_related = ("site",)
    ordering = ("-id",)


@admin.register(models.QuarantineSettlement)
class QuarantineSettlementAdmin(ReadsOnly):
    list_display = ("at", "quarantined_id", "outcome", "patient", "by", "second", "reason")
    list_filter = ("outcome",)
    list_select_related = ("patient", "by", "second")


@admin.register(models.SentResource)
class SentResourceAdmin(ReadsOnly):
    list_display = ("at", "site", "identifier", "placement", "course")
    list_filter = ("site",)
    list_select_related = ("site", "placement__bed", "placement__patient", "course")


@admin.register(models.SenderMeaning)
class SenderMeaningAdmin(ReadsOnly):
    list_display = ("at", "device", "kind", "context", "word", "meaning", "by", "reason")
    list_filter = ("device", "kind")
    list_select_related = ("device", "by")
    ordering = ("-id",)


@admin.register(models.CdsAnswer)
class CdsAnswerAdmin(ReadsOnly):
    list_display = ("at", "device", "hook", "course", "dose", "verdict")
    list_filter = ("device", "hook", "verdict")
    list_select_related = ("device", "course", "dose")
    ordering = ("-at",)


@admin.register(models.Subscription)
class SubscriptionAdmin(ReadsOnly):
    list_display = ("device", "topic", "address", "reason", "created_at", "made_by", "off_at", "ended_at")
    list_filter = ("device__site", "topic")
    list_select_related = ("device", "made_by")
    fields = list_display
    ordering = ("-id",)
    actions = ("switch_off", "switch_on", "end")

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Subscription]:
        """Show those of the admin's own hospital."""
        return own(request, models.Subscription, "device__site_id")

    @admin.action(description="Tell the selected subscribers nothing until switched on", permissions=["view"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[models.Subscription]) -> None:
        """Switch them off."""
        for row in queryset.select_related("device"):
            subscriptions.switch_off(subscription=row, actor=Actor(user=acting(request)), at=clock.now())

    @admin.action(description="Tell the selected subscribers again", permissions=["view"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[models.Subscription]) -> None:
        """Switch them on."""
        for row in queryset.select_related("device"):
            subscriptions.switch_on(subscription=row, actor=Actor(user=acting(request)), at=clock.now())

    @admin.action(description="End the selected subscriptions for good", permissions=["view"])
    def end(self, request: HttpRequest, queryset: QuerySet[models.Subscription]) -> None:
        """End them."""
        for row in queryset.select_related("device"):
            subscriptions.end(subscription=row, actor=Actor(user=acting(request)), at=clock.now())


@admin.register(models.Delivery)
class DeliveryAdmin(ReadsOnly):
    list_display = ("occurred_at", "subscription", "subject", "attempts", "failure", "delivered_at", "given_up_at")
    list_filter = (("delivered_at", admin.EmptyFieldListFilter), ("given_up_at", admin.EmptyFieldListFilter))
    list_select_related = ("subscription__device",)
    ordering = ("-id",)
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Delivery]:
        """Show those of the admin's own hospital."""
        return own(request, models.Delivery, "subscription__device__site_id")

    @admin.action(description="Send the selected again that were given up", permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[models.Delivery]) -> None:
        """Put them back in line for another day."""
        for row in queryset.select_related("subscription__device"):
            hook_deliveries.send_again(delivery=row, actor=Actor(user=acting(request)), at=clock.now())


@admin.register(models.WorkerBeat)
class WorkerBeatAdmin(ReadsOnly):
    list_display = ("part", "at")


@admin.register(models.CourseReview)
class CourseReviewAdmin(ReadsOnly):
    list_display = ("course", "by", "at", "statement", "audit_seq")
    list_select_related = ("course", "by")
    ordering = ("-id",)
