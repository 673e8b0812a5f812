"""When may a slot be acted on: when does its window open, when is it overdue, when is it over?"""

from __future__ import annotations

from datetime import datetime

from dosing.models import Cycle, Dose
from dosing.models.dose import BEGUN
from dosing.selectors.limits import limits_of


def opens_at(dose: Dose) -> datetime:
    """Return the instant from which (inclusive) the slot may be acted on, 2 h before it is due by default."""
    return dose.due_at - limits_of(dose.cycle.course).window


def closes_at(dose: Dose) -> datetime:
    """Return the instant from which (inclusive) the slot's time is over: its successor's window opens.

    It closes one interval (of a calendar: a day) after it is due, less the same window, when none follows sooner, and
    at the latest when the days of the cycle are over, which a delay can bring near.
    """
    later = Dose.objects.filter(cycle_id=dose.cycle_id, number__gt=dose.number, due_at__gt=dose.due_at)
    successor = later.order_by("number").values_list("due_at", flat=True).first()
    limits = limits_of(dose.cycle.course)
    alone = dose.due_at + limits.interval
    # Between the weeks of a calendar the next slot is days away; a missed dose does not wait for it.
    ends = alone if successor is None else min(successor, alone) if limits.has_calendar else successor
    return min(ends - limits.window, days_over_at(dose.cycle))


def days_over_at(cycle: Cycle) -> datetime:
    """Return the instant from which (inclusive) no dose of the cycle may start: its day cap."""
    return cycle.starts_at + limits_of(cycle.course).cycle_length


def is_overdue(dose: Dose, at: datetime) -> bool:
    """Whether more than the allowed hour has passed since the due time; exactly an hour has not."""
    return at > dose.due_at + limits_of(dose.cycle.course).overdue_after


def next_slot_of(cycle: Cycle) -> Dose | None:
    """Return the planned slot that comes next; None when none is left.

    A slot behind one that was begun never comes next: what was not given is not made up.
    """
    slots = slots_of(cycle)
    begun = max((slot.number for slot in slots if slot.status in BEGUN), default=0)
    return next((slot for slot in slots if slot.status == "planned" and slot.number > begun), None)


def slots_of(cycle: Cycle) -> list[Dose]:
    """Return every slot of the cycle in order, whatever became of it."""
    slots = list(Dose.objects.filter(cycle=cycle).order_by("number"))
    for slot in slots:
        slot.cycle = cycle
    return slots
