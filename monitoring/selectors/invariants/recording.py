"""Is everything that happened in the log, and is the log itself whole?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from dosing.models import Assessment, Cycle, Decision, Dose
from il2ward.audit import evidence
from il2ward.audit.models import AuditEvent
from il2ward.audit.services.verification import verify
from monitoring.models import AlertEvent, BedsideFinding, Observation
from monitoring.selectors.invariants.invariant import Invariant

BACKWARDS_ALLOWED = timedelta(seconds=2)
EVENTS_OF = {
    "started": ("dose.started",),
    "given": ("dose.ended", "dose.deviation"),
    "interrupted": ("dose.interrupted",),
    "held": ("dose.held",),
    "refused": ("dose.refused",),
    "omitted": ("dose.omitted", "cycle.ended"),
}


def broken_log(_at: datetime) -> Iterator[str]:
    """What verify_audit finds."""
    fault = verify().fault
    if fault is not None:
        yield f"event {fault.seq}: {fault.why}"


def unguarded(_at: datetime) -> Iterator[str]:
    """Guards of the evidence that the database does not have."""
    for name in evidence.missing(connection):
        yield f"the guard {name} is missing"


def unrecorded(_at: datetime) -> Iterator[str]:
    """Acts without their event in the log, and events without an actor."""
    yield from unrecorded_doses()
    yield from unrecorded_rows("dose.assessed", "assessment", "assessment", Assessment.objects.values_list("pk"))
    yield from unrecorded_rows("dose.decided", "decision", "decision", Decision.objects.values_list("pk"))
    yield from unrecorded_facts()
    yield from unrecorded_alert_steps()
    for event in AuditEvent.objects.filter(actor=None, device=None).exclude(actor_role="system"):
        yield f"event {event.seq} has no actor"


def unrecorded_doses() -> Iterator[str]:
    """Doses whose state no event tells of; a cycle's end tells of all the slots it omitted."""
    told = {
        (event, subject) for event, subject in AuditEvent.objects.filter(
            Q(event__startswith="dose.") | Q(event="cycle.ended")
        ).values_list("event", "subject_id").iterator()
    }  # fmt: skip
    for dose in Dose.objects.exclude(status="planned").iterator():
        expected = {(event, str(dose.pk)) for event in EVENTS_OF[dose.status]}
        expected |= {("cycle.ended", str(dose.cycle_id))} if dose.status == "omitted" else set()
        if not expected & told:
            yield f"dose {dose.pk} is {dose.status} and no event says so"


def unrecorded_rows(event: str, key: str, noun: str, rows: Iterable[tuple[int]]) -> Iterator[str]:
    """Rows whose id stands under ``key`` in no event of this name."""
    told = {json.loads(body).get(key) for body in bodies_of(event)}
    for (pk,) in rows:
        if pk not in told:
            yield f"{noun} {pk} is not in the log"


def unrecorded_facts() -> Iterator[str]:
    """Observations and findings whose id stands in no event."""
    for event, key, rows in (
        ("observations.recorded", "observations", Observation.objects.values_list("pk")),
        ("findings.recorded", "findings", BedsideFinding.objects.values_list("pk")),
    ):
        told = {one["id"] for body in bodies_of(event) for one in json.loads(body)[key]}
        for (pk,) in rows.iterator():
            if str(pk) not in told:
                yield f"{event.split('s.')[0]} {pk} is not in the log"


def unrecorded_alert_steps() -> Iterator[str]:
    """Alerts that have more steps than the log tells of."""
    told = Counter(AuditEvent.objects.filter(subject="alert").values_list("subject_id", flat=True).iterator())
    taken = Counter(str(alert) for alert in AlertEvent.objects.values_list("alert_id", flat=True).iterator())
    for alert, steps in taken.items():
        if steps > told[alert]:
            yield f"alert {alert} took {steps} steps, the log tells of {told[alert]}"


def bodies_of(event: str) -> Iterator[str]:
    """Yield the bodies of all events of this name."""
    yield from AuditEvent.objects.filter(event=event).values_list("body", flat=True).iterator()


def backwards(_at: datetime) -> Iterator[str]:
    """Events of a course that the log has after later ones."""
    latest: dict[int | None, datetime] = {}
    events = AuditEvent.objects.filter(course_id__isnull=False).order_by("seq")
    for seq, course_id, at in events.values_list("seq", "course_id", "at").iterator():
        if at < latest.get(course_id, at) - BACKWARDS_ALLOWED:
            yield f"event {seq} of course {course_id} lies before an earlier event"
        latest[course_id] = max(at, latest.get(course_id, at))


def unstarted_cycles(_at: datetime) -> Iterator[str]:
    """Cycles that began or ended without an event."""
    told = set(AuditEvent.objects.filter(subject="cycle").values_list("event", "subject_id").iterator())
    for cycle in Cycle.objects.exclude(status="planned").iterator():
        if ("cycle.started", str(cycle.pk)) not in told:
            yield f"cycle {cycle.pk} started and no event says so"
        if cycle.status == "ended" and ("cycle.ended", str(cycle.pk)) not in told:
            yield f"cycle {cycle.pk} ended and no event says so"


INVARIANTS = (
    Invariant("I17", "The log is whole and agrees with its anchors.", broken_log),
    Invariant("I18", "The database refuses to change evidence.", unguarded),
    Invariant("I19", "Every act is in the log, with its actor.", unrecorded),
    Invariant("I19b", "Every cycle's start and end is in the log.", unstarted_cycles),
    Invariant("I24", "A course's events lie in the log in the order of their time.", backwards),
)
