"""How does a cycle start, with its checks signed and its doses planned, and how does it end?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from dosing.domain.regimen_slots import next_course_from, next_cycle_from, start_between
from dosing.models import Course, Cycle, CycleCheck
from dosing.selectors import pinned
from dosing.selectors.limits import limits_of
from dosing.selectors.stops import standing_stops
from dosing.services import courses, cycle_end, planning
from dosing.services.people import require_physician
from dosing.services.reasons import LONG_ENOUGH
from dosing.services.refusals import (
    CourseEnded,
    CycleIsOpen,
    ImpossibleTime,
    MaximumReached,
    OutsideHoursAfterCells,
    RestTooShort,
    StartChecksMissing,
    StopStands,
)
from dosing.services.signoffs import require_rules_signed
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor
from il2ward.staff.models import User

EARLIEST = timedelta(hours=1)
LATEST = timedelta(days=7)
MAY_NOT_APPLY = ("pregnancy_test", "rest_since_last_cycle")


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """A physician's answer to one start check: ``done`` or ``not_applicable``, with a note where one is needed."""

    answer: str = "done"
    note: str = ""


@transaction.atomic
def start(
    *,
    course: Course,
    starts_at: datetime,
    dosing_weight_kg: Decimal,
    checks: Mapping[str, CheckAnswer],
    actor: Actor,
    at: datetime,
    height_cm: Decimal | None = None,
    cells_infused_at: datetime | None = None,
) -> Cycle:
    """Start the course's next cycle: a physician signs every start check, the weight is fixed, the doses are planned.

    ``starts_at`` is the due time of slot 1, from 1 h before ``at`` to 7 days after. A rest shorter than the
    regimen's, or a weight more than 10 % off the last cycle's, needs a note of 15 characters on its check.
    ``height_cm`` is given exactly when the regimen doses by body surface, ``cells_infused_at`` exactly when it
    follows an infusion of cells. No dose starts before a second person has worked the doses out too.
    """
    course = courses.locked(course.pk)
    physician = require_physician(actor, course.patient, at)
    previous = Cycle.objects.filter(course__patient=course.patient).order_by("-starts_at").first()
    _require_may_start(course, previous, starts_at, at)
    _require_checks(course, checks)
    planning.require_weight(dosing_weight_kg, previous, checks["weight"].note)
    _require_rest(course, previous, starts_at, checks["rest_since_last_cycle"])
    _require_cells(course, starts_at, cells_infused_at, at)
    cycle = _create(course, physician, starts_at, dosing_weight_kg, height_cm, cells_infused_at)
    _sign(cycle, checks, physician, at)
    planning.plan(cycle)
    course.status = "active"
    course.save(update_fields=["status"])
    courses.evidence_arrived(course, at)
    note_course(
        course, "cycle.started", actor=actor, at=at, body=_said(cycle, checks), subject="cycle", subject_id=cycle.pk
    )
    return cycle


@transaction.atomic
def end(*, cycle: Cycle, reason: str, actor: Actor, at: datetime) -> Cycle:
    """End the cycle for one of ``EndReason``; a physician's act. Planned slots are omitted; no dose may run."""
    course = courses.locked(cycle.course_id)
    require_physician(actor, course.patient, at)
    return cycle_end.end_locked(Cycle.objects.get(pk=cycle.pk), reason=reason, actor=actor, at=at)


def _require_may_start(course: Course, previous: Cycle | None, starts_at: datetime, at: datetime) -> None:
    if course.status == "ended":
        raise CourseEnded("This course has ended. Open the next one.")
    if previous is not None and previous.status != "ended":
        raise CycleIsOpen(f"Cycle {previous.number} has not ended. End it first.")
    if previous is not None and (stop := standing_stops(previous).filter(verdict="STOP_PERMANENT").first()):
        raise StopStands(f"{stop} stands since {stop.latched_at:%Y-%m-%d %H:%M} UTC. Two physicians must reinstate it.")
    if not at - EARLIEST <= starts_at <= at + LATEST:
        raise ImpossibleTime("The first dose must be due between 1 h ago and 7 days from now.")
    most = limits_of(course).cycles_per_course
    if most is not None and Cycle.objects.filter(course=course).count() >= most:
        raise MaximumReached(f"The regimen has {most} cycles per course. End this course.")
    require_rules_signed(course)


def _require_checks(course: Course, checks: Mapping[str, CheckAnswer]) -> None:
    missing = [item for item in CycleCheck.ITEMS if item not in checks]
    if missing or len(checks) != len(CycleCheck.ITEMS):
        raise StartChecksMissing(f"Answer every start check. Missing: {', '.join(missing) or 'none; one is unknown'}.")
    for item, check in checks.items():
        allowed = ("done", "not_applicable") if item in MAY_NOT_APPLY else ("done",)
        if check.answer not in allowed:
            raise StartChecksMissing(f"The check “{item}” must be {' or '.join(allowed)}.")
    if course.target_sbp is None:
        raise StartChecksMissing("Write the systolic target first.")


def _require_rest(course: Course, previous: Cycle | None, starts_at: datetime, check: CheckAnswer) -> None:
    """Refuse a shorter rest than the regimen's: after a cycle by its days, after a course from its end.

    A regimen whose source gives no such rest always needs the physician's reason.
    """
    if previous is None or previous.ended_at is None or len(check.note.strip()) >= LONG_ENOUGH:
        return
    regimen = pinned.regimen(course.regimen).value
    is_same = previous.course_id == course.pk
    earliest = next_cycle_from(regimen, previous.starts_at) if is_same else next_course_from(regimen, previous.ended_at)
    if earliest is None:
        raise RestTooShort("The regimen's source gives no rest for this. A physician must say why it is enough.")
    if earliest is not None and starts_at < earliest:
        raise RestTooShort(f"The rest ends {earliest:%Y-%m-%d %H:%M} UTC. A physician must say why it is shorter.")


def _require_cells(course: Course, starts_at: datetime, cells_infused_at: datetime | None, at: datetime) -> None:
    """Refuse unless the first dose is due within the regimen's hours (inclusive) after cells that were given."""
    regimen = pinned.regimen(course.regimen).value
    allowed = start_between(regimen, cells_infused_at or at)
    if allowed is None:
        if cells_infused_at is not None:
            raise ImpossibleTime("This regimen does not follow an infusion of cells: leave its time out.")
        return
    if cells_infused_at is None or cells_infused_at > at:
        raise ImpossibleTime("This regimen follows an infusion of cells. Give the time at which it ended.")
    if not allowed[0] <= starts_at <= allowed[1]:
        raise OutsideHoursAfterCells(
            f"The first dose must be due from {allowed[0]:%Y-%m-%d %H:%M} to {allowed[1]:%Y-%m-%d %H:%M} UTC, "
            "counted from the cells."
        )


def _create(
    course: Course,
    physician: User,
    starts_at: datetime,
    dosing_weight_kg: Decimal,
    height_cm: Decimal | None,
    cells_infused_at: datetime | None,
) -> Cycle:
    cycle = Cycle(
        course=course,
        number=Cycle.objects.filter(course=course).count() + 1,
        status="active",
        dosing_weight_kg=dosing_weight_kg,
        height_cm=height_cm,
        cells_infused_at=cells_infused_at,
        starts_at=starts_at,
        started_by=physician,
    )
    planning.require_height(cycle)
    cycle.save()
    return cycle


def _sign(cycle: Cycle, checks: Mapping[str, CheckAnswer], physician: User, at: datetime) -> None:
    CycleCheck.objects.bulk_create(
        CycleCheck(cycle=cycle, item=item, answer=said.answer, note=said.note, signed_by=physician, signed_at=at)
        for item, said in checks.items()
    )


def _said(cycle: Cycle, checks: Mapping[str, CheckAnswer]) -> dict[str, object]:
    return {
        "cycle": cycle.number,
        "starts_at": cycle.starts_at,
        "dosing_weight_kg": cycle.dosing_weight_kg,
        "height_cm": cycle.height_cm,
        "cells_infused_at": cycle.cells_infused_at,
        "checks": {item: said.answer for item, said in checks.items()},
    }
