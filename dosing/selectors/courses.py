"""What does a course bring to an assessment: its pinned rules, its next dose, its facts?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dosing.domain.inputs import InputRules
from dosing.domain.loaded import Loaded
from dosing.domain.protocol import Protocol
from dosing.domain.regimen_slots import AnyRegimen
from dosing.domain.snapshot import CourseFacts
from dosing.models import Assessment, Course, Cycle, Dose
from dosing.selectors import pinned
from dosing.selectors.binding import newest_assessment_of, valid_decision
from dosing.selectors.counts import held_among, last_start_among
from dosing.selectors.holds import slot_hold
from dosing.selectors.slots import next_slot_of, slots_of
from dosing.selectors.stops import standing_verdict

__all__ = ["CourseRules", "active_cycle_of", "facts_of", "next_dose", "rules_of", "valid_decision"]


@dataclass(frozen=True, slots=True)
class CourseRules:
    """The rules pinned to one course, parsed from the texts kept in the database; ``overlay`` None: none chosen."""

    protocol: Loaded[Protocol]
    overlay: Loaded[Protocol] | None
    inputs: Loaded[InputRules]
    regimen: Loaded[AnyRegimen]


def rules_of(course: Course) -> CourseRules:
    """Return the rules the course is held to. Raises when a pinned text no longer parses: nothing is judged then."""
    return CourseRules(
        protocol=pinned.protocol(course.protocol),
        overlay=None if course.overlay is None else pinned.protocol(course.overlay),
        inputs=pinned.inputs(course.inputs),
        regimen=pinned.regimen(course.regimen),
    )


def active_cycle_of(course: Course) -> Cycle | None:
    """Return the course's active cycle; None between cycles, before the first and after the last."""
    cycle = Cycle.objects.filter(course=course, status="active").first()
    if cycle is not None:
        cycle.course = course
    return cycle


def next_dose(course: Course) -> Dose | None:
    """Return the slot of the active cycle that comes next; None without one."""
    cycle = active_cycle_of(course)
    return None if cycle is None else next_slot_of(cycle)


def facts_of(course: Course, dose: Dose, at: datetime) -> CourseFacts:
    """Return what the course brings to an assessment of ``dose`` at ``at``: weight, target, counts, stops, holds."""
    cycle = dose.cycle
    slots = slots_of(cycle)
    return CourseFacts(
        baseline_weight_kg=cycle.dosing_weight_kg,
        target_sbp=None if course.target_sbp is None else Decimal(course.target_sbp),
        held_doses=held_among(slots),
        cycle_started_at=cycle.starts_at,
        previous_dose_started_at=last_start_among(slots),
        stop=standing_verdict(cycle),
        slot_hold=slot_hold(dose, at),
        absolute_at_previous_slot=absolute_at_previous_slot(dose, slots),
    )


def absolute_at_previous_slot(dose: Dose, slots: Sequence[Dose]) -> frozenset[str]:
    """Return the absolute criteria met at the slot before: in the assessment it started on, else in its last one."""
    previous = next((slot for slot in reversed(slots) if slot.number < dose.number), None)
    if previous is None:
        return frozenset()
    row = previous.assessment or newest_assessment_of(previous)
    return frozenset() if row is None else _absolute_met(row)


def _absolute_met(row: Assessment) -> frozenset[str]:
    results = row.outcome["results"]
    return frozenset(one["id"] for one in results if one["kind"] == "absolute" and one["state"] == "met")
