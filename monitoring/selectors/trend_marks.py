"""Which doses, holds and interventions lie beside a course's values in time?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dosing.models import Course, Dose
from dosing.models.dose import BEGUN
from dosing.services.reasons import in_words
from monitoring.domain.standing import VOID
from monitoring.models import Observation
from monitoring.selectors import board_words as words
from monitoring.selectors.grading_context import ENTRIES

LETTERS = {"held": "H", "refused": "R", "omitted": "–", "given": "", "started": "", "interrupted": "◐"}


@dataclass(frozen=True, slots=True)
class TrendMark:
    """One event in time. ``kind`` is dose, closed (a slot without a dose), pressor or bolus.

    ``letter`` is what is drawn: a dose's number, with H, R, –, ◐ or ! before it where it was not simply given.
    """

    at: datetime
    kind: str
    letter: str
    text: str


def marks_of(course: Course, *, since: datetime, until: datetime) -> tuple[TrendMark, ...]:
    """Every dose begun or closed, vasopressor entry and fluid bolus after ``since`` up to ``until``, oldest first."""
    found = [*_doses(course), *_interventions(course, since, until)]
    return tuple(sorted((one for one in found if since < one.at <= until), key=lambda one: one.at))


def _doses(course: Course) -> Iterable[TrendMark]:
    rows = Dose.objects.filter(cycle__course=course).exclude(status="planned").select_related("cycle")
    for dose in rows.order_by("cycle__number", "number"):
        if dose.status in BEGUN and dose.started_at is not None:
            said = f"Dose {dose.number} {dose.get_status_display().lower()}"
            letter = f"{'!' if dose.deviation else LETTERS[dose.status]}{dose.number}"
            yield TrendMark(dose.started_at, "dose", letter, said + (", a deviation" if dose.deviation else ""))
            continue
        why = f": {in_words(dose.reason_code)}" if dose.reason_code else ""
        yield TrendMark(
            dose.closed_at or dose.due_at, "closed", f"{LETTERS[dose.status]}{dose.number}",
            f"Dose {dose.number} {dose.get_status_display().lower()}{why}",
        )  # fmt: skip


def _interventions(course: Course, since: datetime, until: datetime) -> Iterable[TrendMark]:
    """A rate is told where it changes, not at every entry that repeats it."""
    rows = Observation.objects.filter(
        ENTRIES, patient=course.patient_id, observed_at__gt=since, observed_at__lte=until,
        replaced_by__isnull=True,
    ).exclude(status__in=[one.value for one in VOID])  # fmt: skip
    rates: dict[str, str] = {}
    for row in rows.order_by("observed_at", "id"):
        if row.observable == "fluid_bolus":
            yield TrendMark(row.observed_at, "bolus", "B", f"Fluid bolus {row.value} {words.unit(row.unit)}")
        elif row.observable == "vasopressors_none":
            if rates:
                yield TrendMark(row.observed_at, "pressor", "V", "Vasopressors off")
            rates = {}
        elif rates.get(row.observable) != f"{row.value} {row.unit}":
            rates[row.observable] = f"{row.value} {row.unit}"
            drug = words.observable(row.observable)
            yield TrendMark(row.observed_at, "pressor", "V", f"{drug} {row.value} {words.unit(row.unit)}")
