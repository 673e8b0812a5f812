"""How does a cycle start, with its checks signed and its doses planned, and how does it end?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from dosing.domain.dose_arithmetic import dose_iu, rounded_iu
from dosing.domain.schedule import next_course_from, next_cycle_from, slots
from dosing.models import Course, Cycle, CycleCheck, Dose
from dosing.selectors import pinned
from dosing.selectors.limits import limits_of
from dosing.selectors.stops import standing_stops
from dosing.services import courses, cycle_end
from dosing.services.people import require_physician
from dosing.services.reasons import LONG_ENOUGH
from dosing.services.refusals import (
    CourseEnded,
    CycleIsOpen,
    ImpossibleTime,
    ImpossibleWeight,
    MaximumReached,
    RestTooShort,
    StartChecksMissing,
    StopStands,
)
from dosing.services.signoffs import require_rules_signed
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor
from il2ward.staff.models import User

LIGHTEST_KG, HEAVIEST_KG = Decimal(30), Decimal(250)
WEIGHT_STEP_KG = Decimal("0.01")
LARGEST_CHANGE = Decimal("0.10")
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
) -> Cycle:
    """Start the course's next cycle: a physician signs every start check, the weight is fixed, the doses are planned.

    ``starts_at`` is the due time of slot 1, from 1 h before ``at`` to 7 days after. A rest shorter than the
    regimen's, or a weight more than 10 % off the last cycle's, needs a note of 15 characters on its check.
    """
    course = courses.locked(course.pk)
    physician = require_physician(actor, course.patient, at)
    previous = Cycle.objects.filter(course__patient=course.patient).order_by("-starts_at").first()
    _require_may_start(course, previous, starts_at, at)
    _require_checks(course, checks)
    _require_weight(dosing_weight_kg, previous, checks["weight"])
    _require_rest(course, previous, starts_at, checks["rest_since_last_cycle"])
    cycle = _create(course, physician, starts_at, dosing_weight_kg)
    _sign(cycle, checks, physician, at)
    _plan(cycle)
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
    if Cycle.objects.filter(course=course).count() >= most:
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


def _require_weight(weight_kg: Decimal, previous: Cycle | None, check: CheckAnswer) -> None:
    if not LIGHTEST_KG <= weight_kg <= HEAVIEST_KG or weight_kg % WEIGHT_STEP_KG:
        raise ImpossibleWeight("The dosing weight must be 30 to 250 kg, in steps of 10 g.")
    if previous is None or len(check.note.strip()) >= LONG_ENOUGH:
        return
    if abs(weight_kg - previous.dosing_weight_kg) > LARGEST_CHANGE * previous.dosing_weight_kg:
        raise ImpossibleWeight(
            f"The weight differs by more than 10 % from {previous.dosing_weight_kg} kg. Weigh again, or say why."
        )


def _require_rest(course: Course, previous: Cycle | None, starts_at: datetime, check: CheckAnswer) -> None:
    """Refuse a shorter rest than the regimen's: after a cycle by its days, after a course from its end.

    A regimen whose source gives no rest between courses always needs the physician's reason.
    """
    if previous is None or previous.ended_at is None or len(check.note.strip()) >= LONG_ENOUGH:
        return
    regimen = pinned.regimen(course.regimen).value
    is_same = previous.course_id == course.pk
    earliest = next_cycle_from(regimen, previous.starts_at) if is_same else next_course_from(regimen, previous.ended_at)
    if earliest is None:
        raise RestTooShort("The regimen's source gives no rest between courses. A physician must say why it is enough.")
    if earliest is not None and starts_at < earliest:
        raise RestTooShort(f"The rest ends {earliest:%Y-%m-%d %H:%M} UTC. A physician must say why it is shorter.")


def _create(course: Course, physician: User, starts_at: datetime, weight_kg: Decimal) -> Cycle:
    return Cycle.objects.create(
        course=course,
        number=Cycle.objects.filter(course=course).count() + 1,
        status="active",
        dosing_weight_kg=weight_kg,
        starts_at=starts_at,
        started_by=physician,
    )


def _sign(cycle: Cycle, checks: Mapping[str, CheckAnswer], physician: User, at: datetime) -> None:
    CycleCheck.objects.bulk_create(
        CycleCheck(cycle=cycle, item=item, answer=said.answer, note=said.note, signed_by=physician, signed_at=at)
        for item, said in checks.items()
    )


def _plan(cycle: Cycle) -> None:
    regimen = pinned.regimen(cycle.course.regimen).value
    window_h = pinned.inputs(cycle.course.inputs).value.window_h
    amount = rounded_iu(dose_iu(regimen.dose_iu_per_kg, cycle.dosing_weight_kg), regimen.rounding)
    Dose.objects.bulk_create(
        Dose(cycle=cycle, number=slot.number, due_at=slot.due_at, dose_iu=amount)
        for slot in slots(regimen, cycle.starts_at, window_h=window_h)
    )


def _said(cycle: Cycle, checks: Mapping[str, CheckAnswer]) -> dict[str, object]:
    return {
        "cycle": cycle.number,
        "starts_at": cycle.starts_at,
        "dosing_weight_kg": cycle.dosing_weight_kg,
        "checks": {item: said.answer for item, said in checks.items()},
    }
