"""What must be true of people, patient, cycle, slot and clock before a dose may start, whatever the verdict?"""

from __future__ import annotations

from datetime import datetime

from dosing.domain.regimen_slots import start_between
from dosing.models import Cycle, CycleCheck, Dose
from dosing.models.dose import IdentityCheck
from dosing.selectors import pinned
from dosing.selectors.agreed import ordered_of
from dosing.selectors.binding import standing_order
from dosing.selectors.counts import given_in_course, given_in_cycle, last_start_of
from dosing.selectors.delays import is_delayed
from dosing.selectors.limits import limits_of, start_to_start_of
from dosing.selectors.slots import closes_at, days_over_at, is_overdue, next_slot_of, opens_at
from dosing.selectors.stops import standing_stops
from dosing.selectors.whereabouts import ward_of
from dosing.services.people import CLINICAL
from dosing.services.refusals import (
    CheckedBySamePerson,
    CheckerNotAllowed,
    CourseEnded,
    CycleDaysOver,
    CycleNotActive,
    DoseIsRunning,
    DoseNotCalculatedTwice,
    ImpossibleTime,
    Invalid,
    MaximumReached,
    NotOnTheWard,
    NotTheNextDose,
    NotYetDue,
    OutsideHoursAfterCells,
    Overdue,
    SlotClosed,
    SlotUsed,
    StartChecksUnsigned,
    StopStands,
    TooSoon,
    WrongPatient,
)
from dosing.services.signoffs import require_rules_signed
from il2ward.staff.models import User
from il2ward.staff.selectors.membership import works_on


def require_cycle_may_go_on(cycle: Cycle) -> None:
    """Refuse unless course and cycle are active, every check is signed, and the rules are signed off.

    Only a physician signs checks (``cycles.start``); that they are one no more takes nothing back.
    """
    if cycle.course.status == "ended":
        raise CourseEnded("The course has ended. No dose of it may start.")
    if cycle.status != "active":
        raise CycleNotActive(f"Cycle {cycle.number} is not active. A physician must start a cycle first.")
    if ward_of(cycle.course.patient) is None:
        raise NotOnTheWard("The patient lies in no bed of this hospital. Admit them first.")
    signed = CycleCheck.objects.filter(cycle=cycle).values_list("item", flat=True)
    if missing := sorted(set(CycleCheck.ITEMS) - set(signed)):
        raise StartChecksUnsigned(f"A physician has not signed: {', '.join(missing)}.")
    require_rules_signed(cycle.course)


def require_no_stop(cycle: Cycle) -> None:
    """Refuse while a stop stands on the cycle or, for good, on the patient."""
    latch = standing_stops(cycle).first()
    if latch is not None:
        raise StopStands(
            f"A stop stands since {latch.latched_at:%Y-%m-%d %H:%M} UTC. "
            "A physician can refute an artefact with a repeat measurement; otherwise two must reinstate."
        )


def require_slot(dose: Dose) -> None:
    """Refuse unless this is the next slot, unused, and none is running; say which comes next."""
    if dose.status != "planned":
        raise SlotUsed(_used(dose))
    running = Dose.objects.filter(cycle=dose.cycle, status="started").first()
    if running is not None:
        raise DoseIsRunning(f"Dose {running.number} is running. End or interrupt it first.")
    require_next(dose)


def require_next(dose: Dose) -> None:
    """Refuse unless this is the slot that comes next; say which does."""
    following = next_slot_of(dose.cycle)
    if following is None or following.pk != dose.pk:
        comes = "No dose" if following is None else f"Dose {following.number}"
        raise NotTheNextDose(f"{comes} comes next, not dose {dose.number}.")


def require_window(dose: Dose, at: datetime) -> None:
    """Refuse before the window opens (inclusive) and from when it closes (inclusive)."""
    if at < opens_at(dose):
        raise NotYetDue(f"Dose {dose.number} is due {dose.due_at:%H:%M} UTC. Its window opens 2 h before.")
    if at >= closes_at(dose):
        raise SlotClosed(f"The time of dose {dose.number} is over. What was not given is not made up.")


def require_timing(dose: Dose, at: datetime) -> None:
    """Refuse outside the window, overdue without an order, too soon after the last start, past the cycle's days.

    A dose that a physician delayed does not start before its new due time.
    """
    if at >= days_over_at(dose.cycle):
        days = limits_of(dose.cycle.course).cycle_length.days
        raise CycleDaysOver(f"The {days} days of this cycle are over. A physician must end it.")
    require_window(dose, at)
    if at < dose.due_at and is_delayed(dose):
        raise NotYetDue(f"A physician delayed dose {dose.number} to {dose.due_at:%H:%M} UTC. It does not start before.")
    last = last_start_of(dose.cycle.course.patient)
    earliest = None if last is None else last + start_to_start_of(dose.cycle.course)
    if last is not None and earliest is not None and at < earliest:
        raise TooSoon(f"The last dose started {last:%H:%M} UTC. The next may start from {earliest:%H:%M} UTC.")
    if is_overdue(dose, at) and standing_order(dose, "order_late", at) is None:
        raise Overdue(f"Dose {dose.number} is more than 1 h overdue. A physician must order it late, or hold it.")


def require_maxima(dose: Dose) -> None:
    """Refuse when the cycle or the course has had its doses, deviations included."""
    limits = limits_of(dose.cycle.course)
    if given_in_cycle(dose.cycle) >= limits.slots_per_cycle:
        raise MaximumReached(f"This cycle has had its {limits.slots_per_cycle} doses. End the cycle.")
    if limits.doses_per_course is not None and given_in_course(dose.cycle.course_id) >= limits.doses_per_course:
        raise MaximumReached(f"This course has had its {limits.doses_per_course} doses. End the course.")


def require_second_calculation(dose: Dose) -> None:
    """Refuse unless another person, working alone, arrived at this dose from the cycle's weight and height."""
    if dose.dose_iu not in ordered_of(dose):
        raise DoseNotCalculatedTwice(
            "No second person has worked out this cycle's dose and come to the same. "
            "Another nurse or physician must calculate it on the cycle's page first."
        )


def require_after_cells(dose: Dose, at: datetime) -> None:
    """Refuse the cycle's first dose outside the hours after the cells that the regimen's source gives (inclusive)."""
    if given_in_cycle(dose.cycle):
        return
    regimen = pinned.regimen(dose.cycle.course.regimen).value
    cells_at = dose.cycle.cells_infused_at
    allowed = start_between(regimen, cells_at or at)
    if allowed is not None and not (cells_at is not None and allowed[0] <= at <= allowed[1]):
        raise OutsideHoursAfterCells(
            f"The first dose may start from {allowed[0]:%Y-%m-%d %H:%M} to {allowed[1]:%Y-%m-%d %H:%M} UTC, "
            "counted from the cells. Call the physician."
        )


def require_identity(dose: Dose, kind: str, typed: str) -> None:
    """Refuse unless what was scanned or typed is exactly the patient's record number; outer blanks do not count."""
    if kind not in IdentityCheck.values:
        raise Invalid(f"Identity is checked by one of {', '.join(IdentityCheck.values)}.")
    if typed.strip() != dose.cycle.course.patient.mrn:
        raise WrongPatient("The wristband or record number is not this patient's. Check who lies in the bed.")


def require_checker(dose: Dose, checker: User, starter: User, at: datetime) -> None:
    """Refuse unless another active nurse or physician of the ward checked independently."""
    if checker.pk == starter.pk:
        raise CheckedBySamePerson("Another person must check. You cannot check your own dose.")
    if checker.role not in CLINICAL or not works_on(checker, ward_of(dose.cycle.course.patient), at):
        raise CheckerNotAllowed("The second check must be by an active nurse or physician of this ward.")


def require_not_future(instant: datetime, at: datetime) -> None:
    """Refuse an instant that lies after ``at``."""
    if instant > at:
        raise ImpossibleTime("That time lies in the future.")


def _used(dose: Dose) -> str:
    when = dose.started_at or dose.closed_at
    who = dose.started_by or dose.closed_by
    said = f"Dose {dose.number} is {dose.get_status_display().lower()}"
    return f"{said}{f' since {when:%H:%M} UTC' if when else ''}{f', by {who}' if who else ''}."
