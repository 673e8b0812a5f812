"""What does any regimen, bolus or with its own calendar, say of the slots of a cycle and of what comes after it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from dosing.domain import schedule
from dosing.domain.body_surface import body_surface_m2
from dosing.domain.dose_arithmetic import BodySurfaceIsNotUsable, planned_dose_iu, rounded_iu
from dosing.domain.regimen import Regimen, may_be_used
from dosing.domain.regimen_planned import PlannedRegimen, plan_may_be_used
from dosing.domain.schedule_planned import next_planned_cycle_at, planned_doses

AnyRegimen = Regimen | PlannedRegimen
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# Distances between slots are the same whenever the cycle starts.
ANY_START = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """One numbered slot: ``iu`` in the regimen's basis; ``lasts`` is how long it runs, None for an injection."""

    number: int
    due_at: datetime
    iu: int
    lasts: timedelta | None


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of a cycle: ``dose_iu`` as calculated, ``ordered_iu`` by the site's rounding rule, in units.

    ``slots`` are the numbers of the slots that it is for.
    """

    iu: int
    dose_iu: int
    ordered_iu: int
    slots: tuple[int, ...]


def slot_plans(regimen: AnyRegimen, cycle_started_at: datetime) -> tuple[SlotPlan, ...]:
    """Return every slot of a cycle whose first is due at ``cycle_started_at``, in order."""
    if isinstance(regimen, PlannedRegimen):
        doses = planned_doses(regimen, cycle_started_at)
        first = doses[0].due_at
        # A calendar that begins later than day 1 is counted from its own first dose.
        shift = first - cycle_started_at
        return tuple(
            SlotPlan(one.number, one.due_at - shift, one.iu, None if one.ends_at is None else one.ends_at - one.due_at)
            for one in doses
        )
    lasts = timedelta(minutes=regimen.infusion_min)
    dues = enumerate(schedule.due_times(regimen, cycle_started_at), start=1)
    return tuple(SlotPlan(number, due_at, regimen.dose_iu_per_kg, lasts) for number, due_at in dues)


def surface_of(regimen: AnyRegimen, *, weight_kg: Decimal, height_cm: Decimal | None) -> Decimal | None:
    """Return the body surface in m2 by the regimen's own rule; None when it does not dose by surface.

    Raises BodySurfaceIsNotUsable without a height, BodySizeIsNotUsable for one that is none.
    """
    if isinstance(regimen, Regimen) or regimen.body_surface is None:
        return None
    if height_cm is None:
        raise BodySurfaceIsNotUsable("a dose by body surface needs the height")
    return body_surface_m2(regimen.body_surface, height_cm=height_cm, weight_kg=weight_kg)


def amounts(regimen: AnyRegimen, *, weight_kg: Decimal, height_cm: Decimal | None) -> tuple[Amount, ...]:
    """Return every different amount of a cycle, in the order of its first slot.

    Raises what ``surface_of`` and ``planned_dose_iu`` raise; nothing is rounded without a site's rule.
    """
    surface = surface_of(regimen, weight_kg=weight_kg, height_cm=height_cm)
    numbers: dict[int, list[int]] = {}
    for slot in slot_plans(regimen, ANY_START):
        numbers.setdefault(slot.iu, []).append(slot.number)
    found = []
    for iu, slots in numbers.items():
        dose = planned_dose_iu(regimen.basis, iu, weight_kg=weight_kg, surface_m2=surface)
        found.append(Amount(iu, dose, rounded_iu(dose, regimen.rounding), tuple(slots)))
    return tuple(found)


def is_usable(regimen: AnyRegimen, *, is_signed: bool) -> bool:
    """Whether courses may be planned by the regimen: all of it was read at a source, or a physician signed it off."""
    if isinstance(regimen, PlannedRegimen):
        return plan_may_be_used(regimen, is_signed=is_signed)
    return may_be_used(regimen, is_signed=is_signed)


def cycle_length(regimen: AnyRegimen) -> timedelta:
    """Return after how long from its start a cycle takes no dose any more: the day cap, in whole days.

    A calendar's cycle closes a day after its last dose is due.
    """
    if isinstance(regimen, Regimen):
        return DAY * regimen.cycle_days
    last = slot_plans(regimen, ANY_START)[-1].due_at - ANY_START
    return DAY * (-(-last // DAY) + 1)


def slot_stays_open(regimen: AnyRegimen) -> timedelta:
    """Return how long after it is due a slot may stay open when no other follows sooner: an interval, or a day."""
    return timedelta(hours=regimen.interval_h) if isinstance(regimen, Regimen) else DAY


def least_start_to_start(regimen: AnyRegimen) -> timedelta:
    """Return the least time between two starts that is proposed: a bolus regimen's own, else an hour less than
    the calendar's shortest distance between two doses."""
    if isinstance(regimen, Regimen):
        return timedelta(seconds=int(regimen.site_limits.min_start_to_start_h * 3600))
    dues = [slot.due_at for slot in slot_plans(regimen, ANY_START)]
    return min(later - earlier for earlier, later in pairwise(dues)) - HOUR


def next_cycle_from(regimen: AnyRegimen, cycle_started_at: datetime) -> datetime | None:
    """Return the earliest start of the next cycle; None when the source does not say how often it is repeated."""
    if isinstance(regimen, PlannedRegimen):
        return next_planned_cycle_at(regimen, cycle_started_at)
    return schedule.next_cycle_from(regimen, cycle_started_at)


def next_course_from(regimen: AnyRegimen, discharged_at: datetime) -> datetime | None:
    """Return the earliest start of another course; None when the source does not say."""
    return None if isinstance(regimen, PlannedRegimen) else schedule.next_course_from(regimen, discharged_at)


def start_between(regimen: AnyRegimen, event_at: datetime) -> tuple[datetime, datetime] | None:
    """Return from when until when (inclusive) the first dose may start after what must precede it; None: nothing."""
    return None if isinstance(regimen, PlannedRegimen) else schedule.start_between(regimen, event_at)


def most_cycles(regimen: AnyRegimen) -> int | None:
    """Return how many cycles a course has at most; None when the source names no maximum."""
    return regimen.max_cycles if isinstance(regimen, PlannedRegimen) else regimen.cycles_per_course


def most_doses(regimen: AnyRegimen) -> int | None:
    """Return how many doses a course has at most; None when the source names no maximum."""
    if isinstance(regimen, Regimen):
        return regimen.max_doses_per_course
    in_cycle = len(slot_plans(regimen, ANY_START))
    return None if regimen.max_cycles is None else regimen.max_cycles * in_cycle
