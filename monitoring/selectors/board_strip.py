"""The course at a glance: one box per numbered slot, what became of it in a mark and in words."""

from __future__ import annotations

from collections.abc import Iterable
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


@dataclass(frozen=True, slots=True)
class Slot:
    """One box. ``look`` is its class, ``mark`` its sign, ``words`` what a screen reader says."""

    number: int
    look: str
    mark: str
    words: str
    due_at: datetime
    dose_id: int


def strip_of(doses: Iterable[Dose], next_number: int | None) -> list[Slot]:
    """The slots in order of number; a deviation is marked as such whatever became of it."""
    return [_slot(dose, is_next=dose.number == next_number) for dose in sorted(doses, key=lambda dose: dose.number)]


def _slot(dose: Dose, *, is_next: bool) -> Slot:
    look = "next" if is_next else CLASSES.get(dose.status, dose.status)
    mark, said = MARKS[dose.status], dose.get_status_display().lower()
    if dose.deviation:
        look, mark, said = "deviation", "!", f"{said}, deviation"
    if is_next:
        said = "next"
    return Slot(dose.number, look, mark, f"Dose {dose.number}: {said}", dose.due_at, dose.pk)
