"""To which times may a physician delay the next dose now, and what would each of them cost?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dosing.domain.schedule_delay import Move
from dosing.models import Course, Dose
from dosing.selectors.delays import DelayRule, delay_rule_of, may_be_delayed_from, movable, moves_to, unfit
from dosing.selectors.limits import limits_of
from monitoring.selectors.board import Card

STEP = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DelayTime:
    """One new due time on offer. ``lost``: which doses fall beyond the cycle's days then, in words; "" for none."""

    to_at: datetime
    hours: int
    lost: str


@dataclass(frozen=True, slots=True)
class DelayOffer:
    """What a delay of the dose would rest on; ``times`` is empty while none is left. ``days`` are the cycle's."""

    rule: DelayRule
    days: int
    times: tuple[DelayTime, ...]


def delay_offer(card: Card, course: Course) -> DelayOffer | None:
    """Return what the protocol of ``course`` lets a physician do with the card's next dose; None: no delay.

    The times are whole hours after the present due time, up to one interval. The service takes any time between.
    """
    dose, cycle = card.bed.next_dose, card.bed.cycle
    if dose is None or cycle is None:
        return None
    rule = delay_rule_of(course)
    if rule.refusal:
        return None
    # The card's own course comes without the texts of its rules.
    cycle.course, dose.cycle = course, cycle
    days = limits_of(dose.cycle.course).cycle_length.days
    again_from = may_be_delayed_from(dose)
    is_too_early = again_from is not None and card.at < again_from
    return DelayOffer(rule, days, () if is_too_early else _times(dose, card.at))


def _times(dose: Dose, at: datetime) -> tuple[DelayTime, ...]:
    hours = range(1, limits_of(dose.cycle.course).interval // STEP + 1)
    wanted = ((count, dose.due_at + count * STEP) for count in hours)
    slots = movable(dose)
    return tuple(
        DelayTime(to_at, count, lost_words(moves_to(slots, to_at, dose.cycle)))
        for count, to_at in wanted
        if unfit(dose, to_at, at) is None
    )


def lost_words(found: tuple[Move, ...]) -> str:
    """Return "dose 14 is not given", "doses 13 and 14 are not given", "doses 12, 13 and 14 are not given", or ""."""
    numbers = [str(one.number) for one in found if one.is_lost]
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"dose {numbers[0]} is not given"
    return f"doses {', '.join(numbers[:-1])} and {numbers[-1]} are not given"
