"""What became of each slot of a cycle, for the row of numbered boxes?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dosing.models import Cycle, Dose

State = Literal["given", "deviation", "interrupted", "running", "held", "refused", "omitted", "next", "planned"]


@dataclass(frozen=True, slots=True)
class StripSlot:
    """One slot. ``at`` is when it was started or closed (None: neither yet), ``by`` who did it ("" for nobody).

    ``reason`` is the person's words, else the reason code, "" when there was none.
    """

    dose_id: int
    number: int
    state: State
    due_at: datetime
    at: datetime | None
    by: str
    checked_by: str
    given_iu: int | None
    reason: str


def strip_of(cycle: Cycle) -> list[StripSlot]:
    """Return every slot of the cycle in order, one of them ``next`` while the cycle is active."""
    rows = Dose.objects.filter(cycle=cycle).select_related("started_by", "checked_by", "closed_by").order_by("number")
    doses = list(rows)
    behind = max((dose.number for dose in doses if dose.started_at is not None), default=0)
    ahead = [dose.number for dose in doses if dose.status == "planned" and dose.number > behind]
    following = ahead[0] if ahead and cycle.status == "active" else None
    return [_slot(dose, is_next=dose.number == following) for dose in doses]


def _slot(dose: Dose, *, is_next: bool) -> StripSlot:
    who = dose.started_by or dose.closed_by
    return StripSlot(
        dose_id=dose.pk,
        number=dose.number,
        state="next" if is_next else _state(dose),
        due_at=dose.due_at,
        at=dose.started_at or dose.closed_at,
        by="" if who is None else who.display_name,
        checked_by="" if dose.checked_by is None else dose.checked_by.display_name,
        given_iu=dose.given_iu,
        reason=dose.reason_text or dose.reason_code,
    )


def _state(dose: Dose) -> State:
    if dose.deviation:
        return "deviation"
    states: dict[str, State] = {
        "planned": "planned",
        "started": "running",
        "given": "given",
        "interrupted": "interrupted",
        "held": "held",
        "refused": "refused",
        "omitted": "omitted",
    }
    return states[dose.status]
