"""The course at a glance: one box per numbered slot, what became of it in a mark and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dosing.models import Dose

MARKS = {
    "planned": "",
    "started": "▶",
    "given": "●",
    "interrupted": "◐",
    "held": "H",
    "refused": "R",
    "omitted": "–",
}
CLASSES = {"started": "running"}
DELAYED = "D"
NOBODY_DELAYED: Mapping[int, datetime] = {}


@dataclass(frozen=True, slots=True)
class Slot:
    """One box. ``look`` is its class, ``mark`` its sign, ``words`` what a screen reader says.

    ``was_due_at`` is when it was due before a physician delayed it; None: nobody delayed this very dose.
    """

    number: int
    look: str
    mark: str
    words: str
    due_at: datetime
    dose_id: int
    was_due_at: datetime | None = None


def strip_of(
    doses: Iterable[Dose], next_number: int | None, delayed: Mapping[int, datetime] = NOBODY_DELAYED
) -> list[Slot]:
    """The slots in order of number; a deviation is marked as such whatever became of it.

    ``delayed`` says of each dose that a physician delayed, by its id, when it was due before.
    """
    return [
        _slot(dose, is_next=dose.number == next_number, was_due_at=delayed.get(dose.pk))
        for dose in sorted(doses, key=lambda dose: dose.number)
    ]


def _slot(dose: Dose, *, is_next: bool, was_due_at: datetime | None) -> Slot:
    look = "next" if is_next else CLASSES.get(dose.status, dose.status)
    mark, said = MARKS[dose.status], dose.get_status_display().lower()
    if dose.deviation:
        look, mark, said = "deviation", "!", f"{said}, deviation"
    if is_next:
        said = "next"
    if was_due_at is not None and dose.status == "planned":
        mark = DELAYED
    return Slot(dose.number, look, mark, f"Dose {dose.number}: {said}", dose.due_at, dose.pk, was_due_at)
