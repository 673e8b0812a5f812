"""Is every stored assessment what its inputs say, and every order a physician's, within its bounds?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F, Q

from dosing.models import Assessment, Decision, Dose, StopLatch
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import Role
from monitoring.models import AlertEvent
from monitoring.selectors.invariants.invariant import Invariant
from monitoring.selectors.replay import differences

CHUNK = 200
OVERRIDE_LASTS = timedelta(minutes=60)


def bad_orders(_at: datetime) -> Iterator[str]:
    """Orders not given by a physician in that role, overrides without what they need, stops lifted by too few."""
    by_role = {
        (json.loads(body).get("decision"), actor): role
        for body, actor, role in AuditEvent.objects.filter(event="dose.decided")
        .values_list("body", "actor_id", "actor_role")
        .iterator()
    }
    for order in Decision.objects.iterator():
        if by_role.get((order.pk, order.by_id)) != Role.PHYSICIAN:
            yield f"decision {order.pk} is not on record as a physician's"
        if order.kind == "override" and not well_founded(order):
            yield f"override {order.pk} lacks its reason, its password or its end"
    for latch in StopLatch.objects.filter(lifted_at__isnull=False).select_related("lifted_by__seconds"):
        if latch.lifted_by is None or not lifts(latch.lifted_by):
            yield f"stop {latch.pk} was lifted by less than a repeat measurement or two physicians"


def well_founded(override: Decision) -> bool:
    """Return whether an override has a reason, a fresh password and ends within the hour."""
    is_said = bool(override.reason_code and override.reason_text and override.reauthenticated)
    return is_said and override.expires_at is not None and override.expires_at - override.at <= OVERRIDE_LASTS


def lifts(order: Decision) -> bool:
    """Return whether the order may lift a stop: an artefact refuted, or a second physician's reinstatement."""
    if order.kind == "refute":
        return order.repeat_observation is not None
    return order.kind == "reinstate" and order.seconds is not None and order.seconds.by_id != order.by_id


def not_replayed(_at: datetime) -> Iterator[str]:
    """Assessments that say something else when they are computed again from what they kept."""
    for row in Assessment.objects.order_by("id").iterator(chunk_size=CHUNK):
        for difference in differences(row):
            yield f"assessment {row.pk}: {difference}"


def unfounded_continue(_at: datetime) -> Iterator[str]:
    """CONTINUE with something missing, unknown, ungraded, or under rules that are not the course's."""
    rows = Assessment.objects.filter(verdict="CONTINUE").select_related(
        "course__protocol", "course__inputs", "course__ctcae", "course__overlay"
    )
    for row in rows.iterator(chunk_size=CHUNK):
        if row.unknown or row.outcome.get("missing") or row.met:
            yield f"assessment {row.pk} says CONTINUE with something met, unknown or missing"
        if row.snapshot.get("being_assessed"):
            yield f"assessment {row.pk} says CONTINUE while something was ungraded"
        if not pinned(row):
            yield f"assessment {row.pk} says CONTINUE under rules its course is not pinned to"


def pinned(row: Assessment) -> bool:
    """Return whether the assessment was made under the rules its course is pinned to."""
    course = row.course
    overlay = "" if course.overlay is None else course.overlay.sha256
    used = (row.protocol_sha256, row.inputs_sha256, row.ctcae_sha256, row.overlay_sha256)
    return used == (course.protocol.sha256, course.inputs.sha256, course.ctcae.sha256, overlay)


def approved_by_oneself(_at: datetime) -> Iterator[str]:
    """Acts that needed two people or another role and had neither."""
    for dose in Dose.objects.filter(
        Q(checked_by=F("started_by")) | Q(decision__kind="override", decision__by=F("started_by"))
    ):
        yield f"dose {dose.pk} was approved by the person who started it"
    for order in Decision.objects.filter(seconds__by=F("by")):
        yield f"decision {order.pk} seconds the same physician's"
    clinical = (Role.NURSE, Role.PHYSICIAN)
    acknowledged = AuditEvent.objects.filter(event="alert.acknowledged").exclude(actor_role__in=clinical)
    for event in acknowledged:
        yield f"alert {event.subject_id} was acknowledged by the role {event.actor_role}"
    for step in AlertEvent.objects.filter(step="acknowledged", by=None):
        yield f"alert {step.alert_id} was acknowledged by nobody"


INVARIANTS = (
    Invariant("I3", "Every order is a physician's; overrides and lifted stops have what they need.", bad_orders),
    Invariant("I7", "Every stored assessment says the same when it is computed again.", not_replayed),
    Invariant("I8", "CONTINUE rests on complete, graded evidence and the course's own rules.", unfounded_continue),
    Invariant("I20", "Nobody approves their own act, and alerts are answered by clinical staff.", approved_by_oneself),
)
