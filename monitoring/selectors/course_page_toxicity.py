"""How bad did it get before each dose? The worst grade of every term in the interval that led up to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Max, Value, When

from dosing.models import Dose
from monitoring.models import ToxicityGrade
from monitoring.selectors import board_words as words


@dataclass(frozen=True, slots=True)
class Row:
    """One term: its worst grade per column, "" where nothing was graded."""

    term: str
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns are dose numbers; a column holds what was seen since the dose before."""

    numbers: tuple[int, ...]
    rows: tuple[Row, ...]


def grid_of(course_id: int, doses: Sequence[Dose], at: datetime) -> Grid:
    """The worst grades of the cycle up to ``at``, in one query however long the history is."""
    shown = columns_of(doses, at)
    if not shown:
        return Grid((), ())
    worst: dict[str, dict[int, int]] = {}
    grades = ToxicityGrade.objects.filter(course=course_id, grade__isnull=False, observed_at__lte=at)
    for row in grades.annotate(dose=_dose_led_up_to(shown)).values("term", "dose").annotate(worst=Max("grade")):
        worst.setdefault(row["term"], {})[row["dose"]] = row["worst"]
    numbers = tuple(dose.number for dose in shown)
    return Grid(numbers, tuple(_row(term, worst[term], numbers) for term in sorted(worst, key=_order)))


def columns_of(doses: Sequence[Dose], at: datetime) -> list[Dose]:
    """The slots whose interval has begun: every one up to the first that is due after ``at``."""
    rows = sorted(doses, key=lambda dose: dose.number)
    past = [dose for dose in rows if _boundary(dose) <= at]
    return rows[: len(past) + 1]


def _boundary(dose: Dose) -> datetime:
    return dose.started_at or dose.due_at


def _dose_led_up_to(shown: Sequence[Dose]) -> Case:
    cases = [When(observed_at__lte=_boundary(dose), then=Value(dose.number)) for dose in shown]
    return Case(*cases, default=Value(shown[-1].number), output_field=IntegerField())


def _row(term: str, worst: dict[int, int], numbers: Sequence[int]) -> Row:
    return Row(term, words.term(term), tuple(str(worst[number]) if number in worst else "" for number in numbers))


def _order(term: str) -> tuple[int, str]:
    always = words.ALWAYS_SHOWN
    return (always.index(term) if term in always else len(always), term)
