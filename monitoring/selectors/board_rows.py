"""Which rows does a ward's board stand on? A fixed number of queries, whether one bed is taken or thirty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import Min, OuterRef, Subquery

from dosing.domain.verdict import Verdict, worst
from dosing.models import Course, Cycle, Decision, Dose, Placement, RuleFile, SlotMove, StopLatch
from dosing.models.dose import BEGUN
from dosing.rules.loader import parse_inputs
from il2ward.staff.models import Bed
from monitoring.models import Alert, CurrentValue, PendingGrading, PresentOutcome


@dataclass(slots=True)
class BedRows:
    """Everything one card is made of. ``next_dose`` None: the active cycle has none left, or no cycle is active."""

    placement: Placement
    course: Course | None = None
    cycle: Cycle | None = None
    doses: list[Dose] = field(default_factory=list)
    delayed: dict[int, datetime] = field(default_factory=dict)
    next_dose: Dose | None = None
    assessment: PresentOutcome | None = None
    decision: Decision | None = None
    waiting_since: datetime | None = None
    latched: Verdict | None = None
    standing: dict[str, CurrentValue] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    fresh: dict[str, timedelta | None] = field(default_factory=dict)

    @property
    def running(self) -> Dose | None:
        return next((dose for dose in self.doses if dose.status == "started"), None)


def beds_of(ward_id: int) -> list[str]:
    """The labels of the ward's beds in the order of their names."""
    return sorted(Bed.objects.filter(ward_id=ward_id).values_list("label", flat=True), key=bed_order)


def bed_order(label: str) -> tuple[int, str]:
    """Sort bed 2 before bed 10."""
    digits = "".join(char for char in label if char.isdigit())
    return (int(digits) if digits else 0, label)


def rows_of_ward(ward_id: int, *, course_id: int | None = None) -> list[BedRows]:
    """The rows of every occupied bed of the ward, or of the one whose course is ``course_id``."""
    placements = Placement.objects.filter(ward_id=ward_id, until_at=None).select_related("patient", "bed", "ward")
    if course_id is not None:
        placements = placements.filter(patient__courses=course_id)
    beds = [BedRows(placement) for placement in placements]
    _add_courses(beds)
    _add_doses(beds)
    _add_assessments(beds)
    _add_decisions(beds)
    _add_waiting(beds)
    _add_stops(beds)
    _add_values(beds)
    _add_alerts(beds)
    return beds


def _add_courses(beds: list[BedRows]) -> None:
    patients = [bed.placement.patient_id for bed in beds]
    texts = [f"{rule}__text" for rule in ("protocol", "inputs", "regimen")]
    open_courses = Course.objects.filter(patient__in=patients).exclude(status="ended")
    found = open_courses.select_related("protocol", "inputs", "regimen").defer(*texts)
    by_patient = {course.patient_id: course for course in found}
    for bed in beds:
        bed.course = by_patient.get(bed.placement.patient_id)
        if bed.course is not None:
            bed.fresh = freshness(bed.course.inputs.sha256)


def _add_doses(beds: list[BedRows]) -> None:
    courses = [bed.course.pk for bed in beds if bed.course]
    cycles = {cycle.course_id: cycle for cycle in Cycle.objects.filter(course__in=courses, status="active")}
    by_cycle: dict[int, list[Dose]] = defaultdict(list)
    delayed: dict[int, datetime] = {}
    own = SlotMove.objects.filter(dose=OuterRef("pk"), decision__dose=OuterRef("pk")).order_by("id")
    was_due = Subquery(own.values("due_before_at")[:1])
    for dose in Dose.objects.filter(cycle__in=cycles.values()).annotate(was_due_at=was_due).order_by("number"):
        by_cycle[dose.cycle_id].append(dose)
        if dose.was_due_at is not None:
            delayed[dose.pk] = dose.was_due_at
    for bed in beds:
        bed.cycle = cycles.get(bed.course.pk) if bed.course else None
        if bed.cycle is not None:
            bed.doses = by_cycle[bed.cycle.pk]
            bed.delayed = {dose.pk: delayed[dose.pk] for dose in bed.doses if dose.pk in delayed}
            bed.next_dose = next_of(bed.doses)


def next_of(doses: Iterable[Dose]) -> Dose | None:
    """The planned slot that comes next: the first one after the last that was begun."""
    rows = list(doses)
    last = max((dose.number for dose in rows if dose.status in BEGUN), default=0)
    return next((dose for dose in rows if dose.status == "planned" and dose.number > last), None)


def _add_assessments(beds: list[BedRows]) -> None:
    """The newest run for each next dose: the projection moves with every reading, stored rows only with the outcome."""
    wanted = [bed.next_dose.pk for bed in beds if bed.next_dose]
    found = {row.dose_id: row for row in PresentOutcome.objects.filter(dose__in=wanted)}
    for bed in beds:
        bed.assessment = found.get(bed.next_dose.pk) if bed.next_dose else None


def _add_decisions(beds: list[BedRows]) -> None:
    """The newest order for each next dose, whether it still stands or not."""
    by_dose = {bed.next_dose.pk: bed for bed in beds if bed.next_dose}
    for decision in Decision.objects.filter(dose__in=by_dose).select_related("by").order_by("id"):
        by_dose[decision.dose_id].decision = decision


def _add_waiting(beds: list[BedRows]) -> None:
    courses = [bed.course.pk for bed in beds if bed.course]
    rows = PendingGrading.objects.filter(course__in=courses).values("course_id").annotate(since=Min("since_at"))
    since = {row["course_id"]: row["since"] for row in rows}
    for bed in beds:
        if bed.course is not None and bed.course.is_being_assessed:
            instants = [one for one in (since.get(bed.course.pk), bed.course.evidence_at) if one is not None]
            bed.waiting_since = min(instants, default=None)


def _add_stops(beds: list[BedRows]) -> None:
    rows = StopLatch.objects.filter(patient__in=[bed.placement.patient_id for bed in beds], lifted_at=None)
    stops = list(rows.values_list("patient_id", "cycle_id", "verdict"))
    for bed in beds:
        cycle_id = bed.cycle.pk if bed.cycle else None
        standing = [
            Verdict(verdict)
            for patient_id, of_cycle, verdict in stops
            if patient_id == bed.placement.patient_id
            and (of_cycle == cycle_id or verdict == Verdict.STOP_PERMANENT.value)
        ]
        bed.latched = worst(standing) if standing else None


def _add_values(beds: list[BedRows]) -> None:
    by_patient = {bed.placement.patient_id: bed for bed in beds}
    for row in CurrentValue.objects.filter(patient__in=by_patient).select_related("observation"):
        by_patient[row.patient_id].standing[row.observable] = row


def _add_alerts(beds: list[BedRows]) -> None:
    by_course = {bed.course.pk: bed for bed in beds if bed.course}
    rows = Alert.objects.filter(course__in=by_course, cleared_at=None).select_related("acknowledged_by")
    for alert in rows.order_by("raised_at"):
        by_course[alert.course_id].alerts.append(alert)


@lru_cache(maxsize=32)
def freshness(inputs_sha256: str) -> dict[str, timedelta | None]:
    """How old each input may be under the pinned input rules; read once per process and rule file."""
    text = RuleFile.objects.values_list("text", flat=True).get(sha256=inputs_sha256)
    return {name: rule.max_age for name, rule in parse_inputs(text).value.inputs.items()}
