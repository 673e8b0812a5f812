"""What happened to a course dose by dose: planned, judged, decided, given, changed and told, as the log has it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from dosing.models import Assessment, Course, Cycle, Decision, Dose, SlotMove
from il2ward.audit.models import AuditEvent
from monitoring.models import Alert, BedsideFinding, CourseReview, Observation
from monitoring.selectors import board_words as words
from monitoring.selectors.board_evidence import Evidence, evidence_of
from monitoring.selectors.card import WORDS, Face
from monitoring.selectors.course_page_events import NOT_TOLD, Event, text_of, who_of
from monitoring.selectors.course_page_toxicity import Cell, cell_of
from monitoring.selectors.course_worst import CourseWorst, course_worst

AROUND = timedelta(hours=24)
MOST_EVENTS = 400


@dataclass(frozen=True, slots=True)
class Run:
    """One stored assessment with its verdict in words and its evidence. ``was_used``: the dose started on it."""

    row: Assessment
    word: str
    evidence: Evidence
    was_used: bool


@dataclass(frozen=True, slots=True)
class Grade:
    """The worst of one term in the stretch before a dose."""

    name: str
    cell: Cell


@dataclass(slots=True)
class DoseRecord:
    """One slot with everything that belongs to it; ``moves`` are the delays that moved its due time, oldest first."""

    dose: Dose
    runs: list[Run] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    moves: list[SlotMove] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    worst: list[Grade] = field(default_factory=list)
    trail: list[Event] = field(default_factory=list)

    @property
    def started_on(self) -> Run | None:
        """The assessment that the dose started on; None: it did not start, or on none."""
        return next((run for run in self.runs if run.was_used), None)

    @property
    def was_due_at(self) -> datetime | None:
        """When it was due as the cycle was planned; None: it never moved."""
        return self.moves[0].due_before_at if self.moves else None


@dataclass(frozen=True, slots=True)
class Correction:
    """One value that was changed or taken back, old and new. ``new`` "": it was taken back."""

    name: str
    observed_at: datetime
    old: str
    new: str
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CourseRecord:
    """The whole course. ``alerts`` are those of no dose; ``trail`` is what the log tells of no dose, newest last.

    ``behind`` says how many audit events of the course are later than the newest sign-off.
    """

    course: Course
    cycles: list[tuple[Cycle, list[DoseRecord]]]
    corrections: list[Correction]
    alerts: list[Alert]
    trail: list[Event]
    trail_is_cut: bool
    reviews: list[CourseReview]
    behind: int


def record_of(course: Course, at: datetime) -> CourseRecord:
    """Return the record of the course as it stands at ``at``."""
    alerts = list(_alerts(course))
    doses = _doses(course, alerts, at)
    events = _events(course)
    _add_trails(doses, events)
    rest = [event for event in events if event.subject != "dose"]
    reviews = list(CourseReview.objects.filter(course=course).select_related("by").order_by("-id"))
    by_cycle: dict[int, list[DoseRecord]] = defaultdict(list)
    for one in doses.values():
        by_cycle[one.dose.cycle_id].append(one)
    return CourseRecord(
        course=course,
        cycles=[(cycle, by_cycle[cycle.pk]) for cycle in Cycle.objects.filter(course=course).order_by("number")],
        corrections=corrections_of(course),
        alerts=[alert for alert in alerts if alert.dose_id not in doses],
        trail=[_told(event) for event in rest[:MOST_EVENTS]],
        trail_is_cut=len(rest) > MOST_EVENTS,
        reviews=reviews,
        behind=events_after(course, reviews[0].audit_seq) if reviews else 0,
    )


def events_after(course: Course, seq: int) -> int:
    """How many events of the course the log holds after ``seq``, besides looks, exports and sign-offs."""
    rows = AuditEvent.objects.filter(course_id=course.pk, seq__gt=seq)
    return rows.exclude(event__in=(*NOT_TOLD, "course.exported", "course.reviewed")).count()


def last_seq_of(course: Course) -> int:
    """The number of the course's newest event in the log; 0 without one."""
    newest = AuditEvent.objects.filter(course_id=course.pk).order_by("-seq").values_list("seq", flat=True)
    return newest.first() or 0


def _doses(course: Course, alerts: Iterable[Alert], at: datetime) -> dict[int, DoseRecord]:
    rows = Dose.objects.filter(cycle__course=course).order_by("cycle__number", "number")
    people = ("started_by", "checked_by", "closed_by", "cycle")
    found = {dose.pk: DoseRecord(dose) for dose in rows.select_related(*people, "assessment", "decision__by")}
    for run in Assessment.objects.filter(dose__in=found).order_by("id"):
        record = found[run.dose_id]
        record.runs.append(_run(run, was_used=record.dose.assessment_id == run.pk))
    for decision in Decision.objects.filter(dose__in=found).select_related("by").order_by("id"):
        found[decision.dose_id].decisions.append(decision)
    for move in SlotMove.objects.filter(dose__in=found).select_related("decision__by", "decision__dose").order_by("id"):
        found[move.dose_id].moves.append(move)
    for alert in alerts:
        if alert.dose_id in found:
            found[alert.dose_id].alerts.append(alert)
    _add_worst(found.values(), course_worst(course.pk, at=at))
    return found


def _run(row: Assessment, *, was_used: bool) -> Run:
    return Run(row, WORDS[Face(row.verdict)], evidence_of(row.outcome), was_used)


def _alerts(course: Course) -> QuerySet[Alert]:
    rows = Alert.objects.filter(course=course).select_related("acknowledged_by").prefetch_related("events__by")
    return rows.order_by("raised_at", "id")


def _add_worst(doses: Iterable[DoseRecord], seen: CourseWorst) -> None:
    place = {(one.cycle, one.number): number for number, one in enumerate(seen.stretches)}
    for record in doses:
        column = place.get((record.dose.cycle.number, record.dose.number))
        for term in seen.terms if column is not None else ():
            cell = cell_of(term.stretches[column]) if column is not None else Cell()
            if cell.grade not in ("", "0") or (cell.grade == "0" and term.term in words.ALWAYS_SHOWN):
                record.worst.append(Grade(term.name, cell))


def _events(course: Course) -> Sequence[AuditEvent]:
    rows = AuditEvent.objects.filter(course_id=course.pk).exclude(event__in=NOT_TOLD)
    dose_or_rare = Q(subject="dose") | ~Q(event__in=("observations.recorded", "dose.assessed"))
    return list(rows.filter(dose_or_rare).select_related("actor", "device").order_by("seq"))


def _add_trails(doses: dict[int, DoseRecord], events: Iterable[AuditEvent]) -> None:
    for event in events:
        if event.subject == "dose" and event.subject_id.isdigit() and int(event.subject_id) in doses:
            doses[int(event.subject_id)].trail.append(_told(event))


def _told(row: AuditEvent) -> Event:
    return Event(row.seq, row.at, text_of(row), who_of(row))


def corrections_of(course: Course) -> list[Correction]:
    """Every value of the course's time that was corrected or taken back, and every finding struck, oldest first."""
    rows = Observation.objects.filter(
        patient=course.patient_id, replaces__isnull=False, observed_at__gt=course.opened_at - AROUND
    ).select_related("replaces", "recorded_by", "device")
    if course.ended_at is not None:
        rows = rows.filter(observed_at__lte=course.ended_at + AROUND)
    struck = BedsideFinding.objects.filter(course=course, entered_in_error__isnull=False)
    struck = struck.select_related("entered_in_error", "recorded_by")
    kept = BedsideFinding.objects.filter(course=course, entered_in_error__isnull=True).exclude(reason="")
    instead = {(row.recorded_at, row.criterion): row.state for row in kept}
    found = [*map(_value_changed, rows), *(_finding_struck(row, instead) for row in struck)]
    return sorted(found, key=lambda one: one.at)


def _value_changed(row: Observation) -> Correction:
    old = row.replaces
    return Correction(
        name=words.observable(row.observable),
        observed_at=row.observed_at,
        old=_value(old) if old is not None else "",
        new="" if row.status in ("cancelled", "entered-in-error") else _value(row),
        reason=row.reason,
        who=str(row.recorded_by or row.device or ""),
        at=row.recorded_at,
    )


def _finding_struck(row: BedsideFinding, instead: Mapping[tuple[datetime, str], str]) -> Correction:
    """``instead`` are the answers kept in the place of struck ones, by when that was and their criterion."""
    old = row.entered_in_error
    return Correction(
        name=words.observable(row.criterion), observed_at=row.observed_at, old=old.state if old is not None else "",
        new=instead.get((row.recorded_at, row.criterion), ""), reason=row.reason, who=str(row.recorded_by),
        at=row.recorded_at,
    )  # fmt: skip


def _value(row: Observation) -> str:
    return f"{row.comparator}{row.value or row.code.replace('_', ' ')} {words.unit(row.unit)}".strip()
