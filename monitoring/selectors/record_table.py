"""How does a course's record read as a table for a spreadsheet, one dose a row?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from dosing.models import Cycle
from dosing.services.reasons import in_words
from monitoring.domain.spreadsheet import guarded_row
from monitoring.models import Alert
from monitoring.selectors.course_record import CourseRecord, DoseRecord

HEADER = (
    "MRN", "course", "cycle", "dose", "due", "planned for", "status", "planned units", "given units", "started",
    "ended", "given by", "checked by", "identity checked by", "verdict at start", "criteria met", "not known",
    "decisions", "deviation", "reason", "alerts", "worst grades before", "events in the log",
)  # fmt: skip


def csv_of(record: CourseRecord) -> str:
    """Return the table as CSV, with the mark by which spreadsheets know it for Unicode."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows(table_of(record))
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + written.getvalue()


def rows_of(record: CourseRecord) -> Iterator[tuple[object, ...]]:
    """Yield a row for each dose, in the order of ``HEADER`` and without a guard: for programs, not for spreadsheets."""
    for cycle, doses in record.cycles:
        for one in doses:
            yield _row(record, cycle, one)


def table_of(record: CourseRecord) -> Iterator[list[str]]:
    """Yield the header and a row for each dose; every cell is guarded, times carry their offset."""
    yield guarded_row(HEADER)
    for row in rows_of(record):
        yield guarded_row(row)


def _row(record: CourseRecord, cycle: Cycle, one: DoseRecord) -> tuple[object, ...]:
    dose, run = one.dose, one.started_on
    return (
        record.course.patient.mrn, record.course.number, cycle.number, dose.number, _when(dose.due_at),
        _when(one.was_due_at or dose.due_at),
        dose.get_status_display(), dose.dose_iu, dose.given_iu, _when(dose.started_at), _when(dose.ended_at),
        dose.started_by, dose.checked_by, dose.get_identity_check_display(), run.word if run else "",
        "; ".join(line.title for line in run.evidence.met) if run else "",
        "; ".join(line.label for line in run.evidence.unknown) if run else "",
        "; ".join(f"{each.get_kind_display()} by {each.by} at {_when(each.at)}" for each in one.decisions),
        "yes" if dose.deviation else "", _reason(one), "; ".join(_alert(each) for each in one.alerts),
        "; ".join(f"{each.name} {each.cell.grade}" for each in one.worst),
        " ".join(str(event.seq) for event in one.trail),
    )  # fmt: skip


def _reason(one: DoseRecord) -> str:
    code, text = one.dose.reason_code, one.dose.reason_text
    return ": ".join(part for part in (in_words(code) if code else "", text) if part)


def _alert(alert: Alert) -> str:
    steps = ", ".join(f"{event.step.replace('_', ' ')} {_when(event.at)}" for event in alert.events.all())
    return f"{alert.text} ({steps})"


def _when(instant: datetime | None) -> str:
    return "" if instant is None else timezone.localtime(instant).isoformat(timespec="seconds")
