"""How bad did it get? The worst grade of every term before each dose, per cycle and in the course, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitoring.domain.episodes import Episode
from monitoring.domain.worst_grades import Worst
from monitoring.selectors.course_worst import CourseWorst, TermWorst, course_worst
from monitoring.selectors.toxicities import toxicities_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One box: the grade as text, "" where nothing was looked at and "?" where nothing could be graded.

    ``says`` is the whole of it in words, for a pointer and for a screen reader.
    """

    grade: str = ""
    at_least: bool = False
    proposed: bool = False
    has_ungraded: bool = False
    says: str = "not looked at"


@dataclass(frozen=True, slots=True)
class Row:
    """One term with its boxes beside the columns."""

    term: str
    name: str
    cells: tuple[Cell, ...]
    cycles: tuple[Cell, ...]
    course: Cell


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns are the doses of the newest cycle ("after": since its last slot), then every cycle where there are
    several, then the course; a dose's column holds what was seen since the slot before."""

    numbers: tuple[str, ...]
    cycles: tuple[int, ...]
    rows: tuple[Row, ...]


def grid_of(course_id: int, at: datetime) -> Grid:
    """The table at ``at``, in a fixed number of queries."""
    return table_of(course_worst(course_id, at=at))


def table_of(worst: CourseWorst) -> Grid:
    """Lay the worst grades out."""
    numbers = sorted({one.cycle for one in worst.stretches})
    shown = [place for place, one in enumerate(worst.stretches) if one.cycle in numbers[-1:]]
    cycles = tuple(numbers) if len(numbers) > 1 else ()
    return Grid(
        numbers=tuple(str(worst.stretches[place].number or "after") for place in shown),
        cycles=cycles,
        rows=tuple(_row(one, shown, cycles) for one in worst.terms),
    )


@dataclass(frozen=True, slots=True)
class EventRow:
    """One adverse event with its worst grade as a box."""

    name: str
    episode: Episode
    cell: Cell


def event_rows(course_id: int, at: datetime) -> list[EventRow]:
    """The course's adverse events at ``at``: those not known to be over first."""
    events = toxicities_of(course_id, at=at).events
    return [EventRow(one.name, one.episode, cell_of(one.episode.worst)) for one in events]


def _row(one: TermWorst, shown: Sequence[int], cycles: Sequence[int]) -> Row:
    return Row(
        term=one.term,
        name=one.name,
        cells=tuple(cell_of(one.stretches[place]) for place in shown),
        cycles=tuple(cell_of(one.cycles.get(number)) for number in cycles),
        course=cell_of(one.course),
    )


def cell_of(worst: Worst | None) -> Cell:
    """One box; a proposed grade 0 is not called "at least 0", for only a clinician could make it more."""
    if worst is None:
        return Cell()
    if worst.grade is None:
        return Cell("?", says="could not be graded", has_ungraded=True)
    at_least = worst.at_least and not (worst.grade == 0 and worst.proposed)
    parts = [f"{'at least ' if at_least else ''}grade {worst.grade}"]
    parts += ["proposed, not confirmed"] if worst.proposed else []
    parts += ["other values could not be graded"] if worst.has_ungraded else []
    return Cell(str(worst.grade), at_least, worst.proposed, worst.has_ungraded, "; ".join(parts))
