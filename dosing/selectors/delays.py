"""May a physician delay this dose, what would that move, and which delays have moved it already?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from dosing.domain import schedule_delay
from dosing.domain.schedule_delay import DelayRow, Move, Unfit, allows_delay, delay_under
from dosing.models import Course, Cycle, Dose, SlotMove
from dosing.models.dose import BEGUN
from dosing.rules.course_loader import load_delays
from dosing.selectors.limits import limits_of
from dosing.selectors.slots import days_over_at, opens_at

WHY_NOT = {
    "slot_is_lost": "says that the slot is lost",
    "not_stated": "does not say that a dose may be delayed",
}


@dataclass(frozen=True, slots=True)
class DelayRule:
    """What the source of a course's hold protocol says of a late dose.

    ``row`` None: no source was read for this protocol. ``source`` is its short name, "" without one. ``refusal`` says
    why no dose of the course may be delayed; "" when one may be.
    """

    row: DelayRow | None
    source: str
    sha256: str
    refusal: str

    @property
    def id(self) -> str:
        """The id of the row; "" without one."""
        return "" if self.row is None else self.row.id


def delay_rule_of(course: Course) -> DelayRule:
    """Return what holds for the doses of ``course``: the protocol's source decides, a calendar has no interval."""
    loaded = load_delays()
    row = delay_under(loaded.value, course.protocol.key)
    source = "" if row is None else loaded.value.sources[row.source].short
    return DelayRule(row, source, loaded.sha256, _refusal(course, row, source))


def _refusal(course: Course, row: DelayRow | None, source: str) -> str:
    if limits_of(course).has_calendar:
        return "This regimen has its own calendar: its source names no interval by which a dose could be moved."
    if row is None:
        return "No source that was read for this protocol lets a dose be delayed."
    return "" if allows_delay(row) else f"{source} {WHY_NOT[row.rule]}."


def moves_to(slots: Sequence[Dose], to_at: datetime, cycle: Cycle) -> tuple[Move, ...]:
    """Return how the ``movable`` slots of ``cycle`` would move if the first of them were due ``to_at``."""
    dues = [(one.number, one.due_at) for one in slots]
    return schedule_delay.moves(dues, to_at=to_at, cycle_closes_at=days_over_at(cycle))


def movable(dose: Dose) -> list[Dose]:
    """Return the dose and every later slot of its cycle that was not begun, in order; also those lost before."""
    later = Dose.objects.filter(cycle_id=dose.cycle_id, number__gte=dose.number).exclude(status__in=BEGUN)
    return list(later.order_by("number"))


def unfit(dose: Dose, to_at: datetime, at: datetime) -> Unfit | None:
    """Return why ``dose`` cannot be delayed to ``to_at`` by an order given at ``at``; None: it can."""
    return schedule_delay.unfit(
        due_at=dose.due_at,
        to_at=to_at,
        at=at,
        interval=limits_of(dose.cycle.course).interval,
        cycle_closes_at=days_over_at(dose.cycle),
    )


def moves_of(dose: Dose) -> list[SlotMove]:
    """Return every delay that moved the dose, its own and those of doses before it, oldest first."""
    return list(SlotMove.objects.filter(dose=dose).select_related("decision__by", "decision__dose").order_by("id"))


def is_delayed(dose: Dose) -> bool:
    """Whether a physician delayed this very dose: it may not start before its new due time."""
    return SlotMove.objects.filter(dose=dose, decision__dose=F("dose")).exists()


def may_be_delayed_from(dose: Dose) -> datetime | None:
    """Return from when (inclusive) an order may delay the dose: again only from when its window opens; None: now."""
    return opens_at(dose) if is_delayed(dose) else None
