"""Did due times move only as physicians delayed doses, and was no delayed or lost dose started all the same?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from dosing.domain.regimen_slots import slot_plans
from dosing.models import Cycle, Dose, SlotMove
from dosing.models.dose import BEGUN
from dosing.selectors import pinned
from monitoring.selectors.invariants.invariant import Invariant


def moved_otherwise(_at: datetime) -> Iterator[str]:
    """Slots that are due neither as planned nor as the delays of their cycle say, or that were started against one."""
    moves: dict[int, list[SlotMove]] = defaultdict(list)
    for move in SlotMove.objects.select_related("decision").order_by("id"):
        moves[move.dose_id].append(move)
    for cycle in Cycle.objects.select_related("course__regimen").iterator(chunk_size=200):
        planned = {
            one.number: one.due_at for one in slot_plans(pinned.regimen(cycle.course.regimen).value, cycle.starts_at)
        }
        for dose in Dose.objects.filter(cycle=cycle).order_by("number"):
            # A slot added behind the last for a dose that was given anyhow was never planned.
            if dose.number in planned:
                yield from _faults(dose, planned[dose.number], moves[dose.pk])


def _faults(dose: Dose, due_at: datetime, moves: Sequence[SlotMove]) -> Iterator[str]:
    for move in moves:
        if move.decision.kind != "delay" or move.due_before_at != due_at:
            yield f"dose {dose.pk} was moved from another time than it was due, or by no delay"
        due_at = move.due_after_at
    if dose.due_at != due_at:
        yield f"dose {dose.pk} is due {dose.due_at}, its plan and its delays say {due_at}"
    if dose.deviation or dose.status not in (*BEGUN, "planned"):
        return
    if any(move.is_lost for move in moves):
        yield f"dose {dose.pk} fell beyond the days of its cycle and is {dose.status}"
    if dose.started_at is not None and dose.started_at < due_at and any(_is_own(dose, move) for move in moves):
        yield f"dose {dose.pk} started before the time to which a physician delayed it"


def _is_own(dose: Dose, move: SlotMove) -> bool:
    return move.decision.dose_id == dose.pk


INVARIANTS = (
    Invariant("I28", "A due time moves by a physician's delay alone, and the delay is kept.", moved_otherwise),
)
