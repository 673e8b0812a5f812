"""Was every dose that went in one that was allowed to, at its time and within its number?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Exists, OuterRef, QuerySet

from dosing.models import Course, Cycle, Dose, DoseCalculation, DoseReduction
from dosing.models.dose import BEGUN
from dosing.selectors.limits import limits_of, start_to_start_of
from monitoring.models import Alert
from monitoring.selectors.invariants.invariant import Invariant

NEEDS = {"REVIEW": "give", "HOLD": "override", "UNDECIDED": "override"}


def begun() -> QuerySet[Dose]:
    """Return every dose that went in, wholly or partly."""
    return Dose.objects.filter(status__in=BEGUN).select_related("assessment", "decision", "cycle__course")


def against_the_gate(_at: datetime) -> Iterator[str]:
    """Doses that rest on no permission and are not deviations, and deviations nobody was told of."""
    for dose in begun().filter(deviation=False).iterator():
        if why := unpermitted(dose):
            yield f"dose {dose.pk} {why}"
    told = Alert.objects.filter(dose=OuterRef("pk"), rule="deviation")
    for dose in begun().filter(~Exists(told), deviation=True).iterator():
        yield f"dose {dose.pk} is a deviation without an alert"


def unpermitted(dose: Dose) -> str:
    """Return why the dose should not have started, or nothing."""
    run, started = dose.assessment, dose.started_at
    if run is None or started is None or run.dose_id != dose.pk or run.at > started:
        return "started without an assessment of its own"
    if run.verdict == "CONTINUE":
        is_valid = run.valid_until is not None and started <= run.valid_until
        return "" if is_valid else "started on a CONTINUE that had lapsed"
    return undecided(dose, NEEDS.get(run.verdict, ""))


def undecided(dose: Dose, kind: str) -> str:
    """Return what is wrong with the physician's word the dose started on, a ``kind``; when that is "", none helps."""
    word, run, started = dose.decision, dose.assessment, dose.started_at
    if not kind:
        return "started under a stop"
    if word is None or run is None or started is None or word.kind != kind or word.dose_id != dose.pk:
        return f"started without the {kind} it needed"
    if word.outcome_token != run.outcome_token:
        return f"started on a {kind} for another outcome"
    if word.at > started or (word.expires_at is not None and started >= word.expires_at):
        return f"started on a {kind} outside its time"
    return ""


def out_of_order(_at: datetime) -> Iterator[str]:
    """Cycles whose numbers have gaps, and slots passed over by a dose that was let start."""
    for cycle in Cycle.objects.iterator():
        doses = list(Dose.objects.filter(cycle=cycle).order_by("number"))
        if [dose.number for dose in doses] != list(range(1, len(doses) + 1)):
            yield f"the numbers of cycle {cycle.pk} are not 1 to {len(doses)}"
        last = max((dose.number for dose in doses if dose.status in BEGUN and not dose.deviation), default=0)
        for dose in doses:
            if dose.status == "planned" and dose.number < last:
                yield f"dose {dose.pk} is still planned, and dose number {last} was started after it"


def too_soon(_at: datetime) -> Iterator[str]:
    """Doses, not deviations, that started less than the signed minimum after the patient's dose before."""
    for course in Course.objects.iterator():
        earliest = start_to_start_of(course)
        doses = list(begun().filter(cycle__course__patient=course.patient_id).order_by("started_at", "pk"))
        for before, dose in pairwise(doses):
            is_judged = dose.cycle.course_id == course.pk and not dose.deviation
            if is_judged and apart(before, dose) < earliest:
                yield f"dose {dose.pk} started less than {earliest} after dose {before.pk}"


def apart(before: Dose, dose: Dose) -> timedelta:
    """Return how long after the one dose the other started; nothing when either has no start on record."""
    if before.started_at is None or dose.started_at is None:
        return timedelta(0)
    return dose.started_at - before.started_at


def too_many(_at: datetime) -> Iterator[str]:
    """Doses beyond the cycle's or the course's maximum that are not recorded as deviations."""
    for course in Course.objects.iterator():
        limits = limits_of(course)
        in_course = list(begun().filter(cycle__course=course).order_by("started_at", "pk"))
        beyond = [] if limits.doses_per_course is None else in_course[limits.doses_per_course :]
        for dose in beyond:
            if not dose.deviation:
                yield f"dose {dose.pk} is beyond the {limits.doses_per_course} doses of its course"
        for cycle_id in {dose.cycle_id for dose in in_course}:
            in_cycle = [dose for dose in in_course if dose.cycle_id == cycle_id]
            for dose in in_cycle[limits.slots_per_cycle :]:
                if not dose.deviation:
                    yield f"dose {dose.pk} is beyond the {limits.slots_per_cycle} doses of its cycle"


def calculated_once(_at: datetime) -> Iterator[str]:
    """Doses that were let start at an amount on which no second person had agreed by then."""
    for dose in begun().filter(deviation=False).iterator():
        amounts = set(
            DoseCalculation.objects.filter(cycle=dose.cycle, agrees=True, at__lte=dose.started_at).values_list(
                "ordered_iu", flat=True
            )
        )
        amounts |= set(DoseReduction.objects.filter(dose=dose, at__lte=dose.started_at).values_list("to_iu", flat=True))
        if dose.dose_iu not in amounts:
            yield f"dose {dose.pk} started at an amount that no second person had worked out"


INVARIANTS = (
    Invariant(
        "I2", "No dose went in against the gate unless it is a deviation that raised an alert.", against_the_gate
    ),
    Invariant("I4", "A cycle's doses are numbered without gaps, and none is passed over.", out_of_order),
    Invariant("I5", "Two starts lie at least the signed minimum apart.", too_soon),
    Invariant("I6", "No dose beyond the maximum of its cycle or course, unless a deviation.", too_many),
    Invariant("I6b", "No dose started before a second person had worked it out and agreed.", calculated_once),
)
