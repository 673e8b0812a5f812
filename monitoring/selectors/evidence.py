"""Which facts an assessment rests on: the snapshot of one course for one dose at one instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from dosing.domain.snapshot import Answer, AnswerState, CourseFacts, Snapshot, TermGrade
from dosing.models import Course, Dose, TestOrder
from dosing.selectors.courses import facts_of, rules_of
from monitoring.domain.current_grades import term_grades
from monitoring.domain.observable import Observables
from monitoring.domain.reading import MeasuredReading
from monitoring.domain.site_limits import SiteTable
from monitoring.domain.standing import VOID
from monitoring.domain.thinning import thinned
from monitoring.domain.time_above import above_40
from monitoring.models import BedsideFinding, CourseBaseline, CurrentValue, Observation
from monitoring.selectors.clock_mark import is_behind
from monitoring.selectors.course_rules import GradingRules, grading_rules_of
from monitoring.selectors.raw import reading_of, released_observables
from monitoring.selectors.site_limits import site_table_of
from monitoring.selectors.spoken_grades import spoken

# A day of volumes that ended up to 2 h ago, with the entry that was running when it began.
WINDOW = timedelta(hours=27)
VITALS = ("bp_systolic", "bp_diastolic", "bp_mean", "heart_rate", "resp_rate", "temperature", "spo2")
VITALS_WINDOW = timedelta(hours=3)
FEVER_WINDOW = timedelta(hours=29)
# A raised one stays met until a physician resolves it, however long ago it was.
FINAL = ("final", "amended", "corrected")
CARDIAC_ENZYMES = ("troponin_i", "troponin_t", "ck_mb")


def snapshot_of(course: Course, dose: Dose, *, at: datetime) -> Snapshot:
    """Assemble everything the assessment of ``dose`` at ``at`` may look at, already read and graded.

    Call under the course's lock after grading; ``being_assessed`` is set when something is still ungraded, and when
    the clock stands behind: then no age can be trusted.
    """
    grading = grading_rules_of(course)
    facts = replace(facts_of(course, dose, at), pending_orders=pending_orders_of(course, at=at))
    limits = site_table_of(course.site_id)
    readings = readings_of(course, grading.observables, facts, limits, at=at)
    return Snapshot(
        at=at,
        course=facts,
        readings=tuple(readings),
        answers=answers_of(course, at=at),
        grades=grades_of(course, readings, facts, grading, limits, at=at),
        being_assessed=course.is_being_assessed or is_behind(at),
    )


def pending_orders_of(course: Course, *, at: datetime) -> frozenset[str]:
    """The tests ordered by ``at`` that nobody has closed and no result has answered since they were ordered."""
    orders = TestOrder.objects.filter(course=course, closed_at=None, ordered_at__lte=at)
    return frozenset(order.test for order in orders if not _answered(order, at))


def _answered(order: TestOrder, at: datetime) -> bool:
    results = Observation.objects.filter(
        patient=order.course.patient_id, observable=order.test, observed_at__gte=order.ordered_at, observed_at__lte=at
    )
    usable = results.filter(not_gradable="", status__in=FINAL, replaced_by__isnull=True)
    return order.test in CARDIAC_ENZYMES and usable.exists()


def readings_of(
    course: Course, observables: Observables, facts: CourseFacts, limits: SiteTable, *, at: datetime
) -> tuple[MeasuredReading, ...]:
    """The standing readings the window needs, device feeds thinned to what can matter, oldest first."""
    since = min(at - WINDOW, facts.previous_dose_started_at or at, facts.cycle_started_at or at)
    rows = window_of(course, since=since, at=at)
    readings = [reading_of(row, observables, facts.baseline_weight_kg, limits) for row in rows]
    kept = thinned(readings, at=at)
    return tuple(
        sorted(
            (one for one in kept if isinstance(one, MeasuredReading)), key=lambda one: (one.observed_at, one.id or "")
        )
    )


def window_of(course: Course, *, since: datetime, at: datetime) -> list[Observation]:
    """The standing observations from ``since`` to ``at`` (vital signs: their last three hours), what stands now
    of every observable however old, and every cardiac enzyme of the course."""
    standing = Observation.objects.filter(
        patient=course.patient_id, observed_at__lte=at, replaced_by__isnull=True
    ).exclude(observable="")
    vitals = Q(observable__in=VITALS, observed_at__gt=at - VITALS_WINDOW)
    others = ~Q(observable__in=VITALS) & Q(observed_at__gt=since)
    enzymes = Q(observable__in=CARDIAC_ENZYMES, observed_at__gte=course.opened_at)
    newest = Q(pk__in=CurrentValue.objects.filter(patient=course.patient_id).values("observation"))
    rows = list(standing.filter(vitals | others | enzymes | newest))
    return rows + _entries_before(standing, since) + _fever_before(standing, rows, at)


def _fever_before(standing: QuerySet[Observation], rows: Sequence[Observation], at: datetime) -> list[Observation]:
    """The temperatures of the day before the vital signs' window, while one in it is above 40.0: how long it has
    lasted decides its grade."""
    warm = (reading_of(row, released_observables(), None) for row in rows if row.observable == "temperature")
    if not any(above_40(reading) for reading in warm):
        return []
    earlier = standing.filter(
        observable="temperature", observed_at__gt=at - FEVER_WINDOW, observed_at__lte=at - VITALS_WINDOW
    )
    return list(earlier.exclude(pk__in=[row.pk for row in rows]))


def _entries_before(standing: QuerySet[Observation], since: datetime) -> list[Observation]:
    """The vasopressor entries in force when the window opens: the last one of each before it."""
    earlier = standing.filter(observed_at__lte=since).filter(
        Q(observable__endswith="_rate") & ~Q(observable__in=VITALS) | Q(observable="vasopressors_none")
    )
    newest: dict[str, Observation] = {}
    for row in earlier.order_by("observed_at", "id"):
        newest[row.observable] = row
    return list(newest.values())


def answers_of(course: Course, *, at: datetime) -> tuple[Answer, ...]:
    """The bedside answers of the course up to ``at``; what was struck as entered in error does not count."""
    rows = (
        BedsideFinding.objects.filter(course=course, observed_at__lte=at)
        .filter(struck_by__isnull=True, entered_in_error__isnull=True)
        .select_related("resolution")
        .order_by("observed_at", "id")
    )
    return tuple(
        Answer(row.criterion, AnswerState(row.state), row.observed_at, resolved=hasattr(row, "resolution"))
        for row in rows
    )


def baselines_of(
    course: Course, observables: Observables, weight_kg: Decimal | None, limits: SiteTable
) -> dict[str, MeasuredReading]:
    """The baseline reading of each observable; the newest choice counts, and none that was corrected or struck."""
    rows = CourseBaseline.objects.filter(course=course).select_related("observation__replaced_by")
    newest = {row.observable: row.observation for row in rows.order_by("set_at", "id")}
    return {key: reading_of(row, observables, weight_kg, limits) for key, row in newest.items() if stands(row)}


def stands(row: Observation) -> bool:
    """Whether an observation still counts: it was not corrected, cancelled or entered in error."""
    return row.status not in VOID and not hasattr(row, "replaced_by")


def grades_of(
    course: Course,
    readings: Sequence[MeasuredReading],
    facts: CourseFacts,
    rules: GradingRules,
    limits: SiteTable,
    *,
    at: datetime,
) -> tuple[TermGrade, ...]:
    """The present grade of each term at ``at``, with what clinicians have said and entered by then."""
    grades = term_grades(
        readings,
        target_sbp=facts.target_sbp,
        baselines=baselines_of(course, rules.observables, facts.baseline_weight_kg, limits),
        ctcae=rules.ctcae,
        observables=rules.observables,
        at=at,
        previous_dose_started_at=facts.previous_dose_started_at,
        max_age=max_ages_of(course),
    )
    return spoken(course.pk, grades, at=at)


def max_ages_of(course: Course) -> dict[str, timedelta]:
    """How old each input may be, from the inputs file pinned to the course."""
    inputs = rules_of(course).inputs.value.inputs
    return {name: rule.max_age for name, rule in inputs.items() if rule.max_age is not None}
