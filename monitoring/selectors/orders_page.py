"""What stands in a course until somebody says otherwise: stops, findings, ordered tests, baselines, smaller doses?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dosing.domain.lasting import Lasts, lasts
from dosing.domain.protocol import AboveUln, Criterion, Protocol
from dosing.domain.regimen import Regimen
from dosing.domain.verdict import Verdict
from dosing.models import Assessment, Course, Cycle, Decision, Dose, DoseReduction, StopLatch, TestOrder
from dosing.models.test_order import TESTS
from dosing.selectors.binding import newest_assessment_of
from dosing.selectors.courses import active_cycle_of, next_dose, rules_of
from dosing.selectors.stops import begun_reinstatements, permanent_stops, standing_stops
from monitoring.models import BedsideFinding, CourseBaseline, FindingResolution, Observation, PresentOutcome
from monitoring.selectors import board_words as words
from monitoring.selectors.baselines import candidates, first_dose_started_at, has_baseline, standing_baselines
from monitoring.selectors.board_values import text_of
from monitoring.selectors.course_page import Banner
from monitoring.selectors.evidence import pending_orders_of, stands
from monitoring.selectors.setup_page import banner_of_patient

BEFORE, AFTER, MOST = 8, 4, 2000


@dataclass(frozen=True, slots=True)
class StopLine:
    """One stop that stands. ``begun``: one physician's half of its reinstatement. ``dose`` and ``outcome_token``:
    what a lift from this page is bound to; None and "" while the cycle has a dose yet to come."""

    latch: StopLatch
    title: str
    reasons: tuple[str, ...]
    begun: Decision | None
    dose: Dose | None
    outcome_token: str


@dataclass(frozen=True, slots=True)
class LastingLine:
    """One met criterion that does not end by itself; ``for_good``: nobody ends it. ``said``: a word that it is over,
    which has not been assessed yet."""

    criterion: Criterion
    for_good: bool
    newest: BedsideFinding | None
    said: FindingResolution | None


@dataclass(frozen=True, slots=True)
class TestLine:
    """One test; ``order`` None: not on order. ``waits``: an order that nothing has answered yet."""

    __test__ = False  # the name is the ward's, not a test's

    test: str
    name: str
    order: TestOrder | None
    waits: bool
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """One value that could be the baseline; ``is_later``: measured after the first dose began."""

    row: Observation
    text: str
    unit: str
    is_later: bool


@dataclass(frozen=True, slots=True)
class BaselineLine:
    """One observable's baseline; ``standing`` None, or one whose value was struck: changes cannot be measured."""

    observable: str
    name: str
    standing: CourseBaseline | None
    text: str
    unit: str
    stands: bool
    choices: list[ChoiceLine]


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """One course's standing matters at one instant; ``refused`` says why no dose can be made smaller, "" if one can."""

    course: Course
    banner: Banner
    cycle: Cycle | None
    stops: list[StopLine]
    lasting: list[LastingLine]
    tests: list[TestLine]
    baselines: list[BaselineLine]
    planned: list[Dose]
    reductions: list[DoseReduction]
    refused: str


def orders_page_of(course: Course, at: datetime) -> OrdersPage:
    """Return everything the page shows at ``at``."""
    cycle, rules = active_cycle_of(course), rules_of(course)
    refused = why_never_smaller(rules.regimen.value)
    planned = [] if cycle is None or refused else list(cycle.doses.filter(status="planned").order_by("number"))
    return OrdersPage(
        course=course,
        banner=banner_of_patient(course.patient, at),
        cycle=cycle,
        stops=stops_of(course, at),
        lasting=lasting_of(course, rules.protocol.value),
        tests=tests_of(course, rules.protocol.value, at),
        baselines=baselines_of(course),
        planned=planned,
        reductions=_reductions(course),
        refused=refused,
    )


def why_never_smaller(regimen: object) -> str:
    """Return why the regimen's doses are never made smaller; "" where its source describes smaller ones."""
    if isinstance(regimen, Regimen):
        return "A bolus of this regimen is given whole, interrupted or withheld, never made smaller."
    allowed = getattr(regimen, "dose_reduction", "") == "allowed"
    return "" if allowed else "The regimen’s source describes no smaller dose."


def stops_of(course: Course, at: datetime) -> list[StopLine]:
    """Return the stops that stand: those for good of the patient, and those of the course's active cycle."""
    cycle = active_cycle_of(course)
    rows = permanent_stops(course.patient) if cycle is None else standing_stops(cycle)
    labels = {row.id: row.label for row in rules_of(course).protocol.value.criteria}
    rows = rows.select_related("cycle__course", "assessment__dose", "decision__dose", "decision__by")
    return [_stop_line(latch, labels, at) for latch in rows]


def _stop_line(latch: StopLatch, labels: dict[str, str], at: datetime) -> StopLine:
    reasons = [labels.get(one, one.replace("_", " ")) for one in latch.criteria]
    if latch.decision is not None:
        reasons.append(f"ordered by {latch.decision.by}")
    dose, seen = _slot_of(latch)
    is_over = next_dose(latch.cycle.course) is None
    return StopLine(
        latch=latch,
        title="Stopped for good" if latch.verdict == Verdict.STOP_PERMANENT.value else "This cycle is stopped",
        reasons=tuple(reasons),
        begun=begun_reinstatements(latch.cycle, at).first(),
        dose=dose if is_over and seen is not None else None,
        outcome_token=seen.outcome_token if is_over and seen is not None else "",
    )


def _slot_of(latch: StopLatch) -> tuple[Dose | None, Assessment | None]:
    source = latch.decision or latch.assessment
    return (None, None) if source is None else (source.dose, newest_assessment_of(source.dose))


def lasting_of(course: Course, protocol: Protocol) -> list[LastingLine]:
    """Return the criteria met now that end only on a physician's word, or never."""
    present = PresentOutcome.objects.filter(course=course).first()
    if present is None:
        return []
    met = {one["id"] for one in present.outcome.get("results", []) if one["state"] == "met"}
    rows = [row for row in protocol.criteria if row.id in met and lasts(row) is not Lasts.BY_ITSELF]
    found = BedsideFinding.objects.filter(course=course, criterion__in=[row.id for row in rows], state="present")
    found = found.filter(struck_by__isnull=True, entered_in_error__isnull=True)
    newest = {row.criterion: row for row in found.select_related("recorded_by").order_by("observed_at", "id")}
    words_since = FindingResolution.objects.filter(finding__course=course, at__gte=present.at)
    said = {row.finding.criterion: row for row in words_since.select_related("finding", "by").order_by("at")}
    return [LastingLine(row, lasts(row) is Lasts.FOR_GOOD, newest.get(row.id), said.get(row.id)) for row in rows]


def tests_of(course: Course, protocol: Protocol, at: datetime) -> list[TestLine]:
    """Return every test that can be ordered, with what its answer settles under the course's protocol."""
    pending = pending_orders_of(course, at=at)
    orders = TestOrder.objects.filter(course=course, closed_at=None).select_related("ordered_by")
    by_test = {order.test: order for order in orders}
    return [
        TestLine(one, words.ordered_test(one), by_test.get(one), one in pending, _for(one, protocol)) for one in TESTS
    ]


def _for(test: str, protocol: Protocol) -> tuple[str, ...]:
    return tuple(
        row.label
        for row in protocol.criteria
        if (row.asked is not None and test in row.asked.orders)
        or (isinstance(row.test, AboveUln) and test in row.test.inputs)
    )


def baselines_of(course: Course) -> list[BaselineLine]:
    """Return each observable of which a value was measured, with the values that could be its baseline."""
    first, standing = first_dose_started_at(course), standing_baselines(course)
    rows: dict[str, list[Observation]] = defaultdict(list)
    for row in candidates(course).exclude(observable="").order_by("-observed_at", "-id")[:MOST]:
        if has_baseline(row.observable):
            rows[row.observable].append(row)
    lines = [_baseline(name, standing.get(name), rows[name], first) for name in {*rows, *standing}]
    return sorted(lines, key=lambda line: line.name)


def _baseline(
    name: str, standing: CourseBaseline | None, rows: Sequence[Observation], first: datetime | None
) -> BaselineLine:
    later = [row for row in rows if first is not None and row.observed_at >= first]
    earlier = [row for row in rows if first is None or row.observed_at < first]
    kept = standing.observation_id if standing is not None else None
    offered = [row for row in (*later[-AFTER:], *earlier[:BEFORE]) if row.pk != kept]
    value = standing.observation if standing is not None else None
    return BaselineLine(
        observable=name,
        name=words.observable(name),
        standing=standing,
        text=text_of(value) if value is not None else "",
        unit=words.unit(value.unit) if value is not None else "",
        stands=value is not None and stands(value),
        choices=[ChoiceLine(row, text_of(row), words.unit(row.unit), row in later) for row in offered],
    )


def _reductions(course: Course) -> list[DoseReduction]:
    rows = DoseReduction.objects.filter(dose__cycle__course=course).select_related("dose", "by", "confirmed_by")
    return list(rows.order_by("-id"))
