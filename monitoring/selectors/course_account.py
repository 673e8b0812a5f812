"""What does the record of a course account for? The facts behind the checklist, read from the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from dosing.models import Course, Cycle, CycleCheck, Dose, ResponseEntry, StopLatch, TestOrder
from dosing.models.dose import BEGUN
from dosing.selectors.agreed import ordered_of
from monitoring.domain.accounting import AlertAccount, CourseAccount, DoseAccount, Unaccounted, unaccounted
from monitoring.models import Alert, AlertEvent, PendingGrading, Regrading
from monitoring.selectors import board_words as words
from monitoring.selectors.grades_page import waiting_count
from monitoring.selectors.invariants.giving import unpermitted


def unaccounted_of(course: Course, at: datetime) -> tuple[Unaccounted, ...]:
    """Return the checklist of a course as it stands at ``at``; () when everything is accounted for."""
    return unaccounted(account_of(course, at))


def account_of(course: Course, at: datetime) -> CourseAccount:
    """Return the facts that the checklist is made from."""
    cycles = list(Cycle.objects.filter(course=course).order_by("number").select_related("course__regimen"))
    orders = TestOrder.objects.filter(course=course, closed_at=None).order_by("ordered_at")
    return CourseAccount(
        is_ended=course.status == "ended",
        doses=tuple(_doses(course, cycles)),
        alerts=tuple(_alerts(course)),
        open_cycles=tuple(cycle.number for cycle in cycles if cycle.status != "ended"),
        unsigned_checks=tuple(_unsigned(cycles)),
        ungraded=PendingGrading.objects.filter(course=course).count(),
        proposed_grades=waiting_count(course.pk, at=at),
        open_orders=tuple(words.ordered_test(order.test) for order in orders),
        standing_stops=StopLatch.objects.filter(cycle__course=course, lifted_at=None).count(),
        has_response=ResponseEntry.objects.filter(course=course).exists(),
    )


def _doses(course: Course, cycles: Iterable[Cycle]) -> Iterator[DoseAccount]:
    graver = graver_since(course.pk)
    for cycle in cycles:
        rows = Dose.objects.filter(cycle=cycle).select_related("assessment", "decision").order_by("number")
        for dose in rows:
            dose.cycle = cycle
            yield _dose(dose, dose.pk in graver)


def graver_since(course_id: int) -> set[int]:
    """The doses that were started on values changed since, where the last look says that the verdict is graver."""
    rows = Regrading.objects.filter(course=course_id).exclude(acts=[])
    last: dict[int, bool] = {}
    for acts in rows.order_by("-id").values_list("acts", flat=True):
        for act in acts:
            if act["act"] == "start":
                last.setdefault(act["dose_id"], act["more_severe"])
    return {dose_id for dose_id, more_severe in last.items() if more_severe}


def _dose(dose: Dose, more_severe_now: bool) -> DoseAccount:
    begun = dose.status in BEGUN
    return DoseAccount(
        cycle=dose.cycle.number,
        number=dose.number,
        status=dose.status,
        dose_iu=dose.dose_iu,
        given_iu=dose.given_iu,
        is_deviation=dose.deviation,
        is_checked=dose.checked_by_id is not None,
        has_reason=bool(dose.reason_code),
        unpermitted=unpermitted(dose) if begun and not dose.deviation else "",
        is_calculated_twice=not begun or dose.dose_iu in ordered_of(dose),
        more_severe_now=more_severe_now,
    )


def _alerts(course: Course) -> Iterator[AlertAccount]:
    seen = set(AlertEvent.objects.filter(alert__course=course, step="acknowledged").values_list("alert_id", flat=True))
    for alert in Alert.objects.filter(course=course).order_by("raised_at", "id"):
        yield AlertAccount(alert.pk, alert.text, alert.pk in seen, alert.cleared_at is not None)


def _unsigned(cycles: Iterable[Cycle]) -> Iterator[str]:
    signed = set(CycleCheck.objects.filter(cycle__in=cycles).values_list("cycle_id", "item"))
    for cycle in cycles:
        for item in CycleCheck.ITEMS:
            if (cycle.pk, item) not in signed and cycle.status != "planned":
                yield f"cycle {cycle.number}, {words.observable(item).lower()}"
