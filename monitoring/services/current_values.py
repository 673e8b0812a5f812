"""Where each observable of a patient stands now, kept in the insert's transaction so that no reader needs history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from dosing.domain.snapshot import TermGrade
from dosing.models import Course, Patient
from monitoring.domain.standing import VOID
from monitoring.models import CurrentValue, Observation, ToxicityGrade
from monitoring.selectors.regrading import newest_grades


def move(patient: Patient, fresh: Sequence[Observation]) -> None:
    """Make the newest standing row of each observable in ``fresh`` its current value.

    Newest by ``observed_at``; at the same instant the later recording. A correction looks at the history of
    its observable once more, because the row it replaces may be the current one. Call under the course's
    (or patient's) lock.
    """
    known = {row.observable: row for row in CurrentValue.objects.filter(patient=patient)}
    moved: list[CurrentValue] = []
    for observable, rows in _by_observable(fresh).items():
        corrected = any(row.replaces_id for row in rows)
        newest = _newest_standing(patient, observable) if corrected else max(rows, key=_order)
        if newest is None:
            CurrentValue.objects.filter(patient=patient, observable=observable).delete()
        elif _is_later(newest, known.get(observable), force=corrected):
            moved.append(
                CurrentValue(patient=patient, observable=observable, observation=newest, observed_at=newest.observed_at)
            )
    _write(moved, "observation", "observed_at", "graded", "grades")


def _by_observable(rows: Iterable[Observation]) -> dict[str, list[Observation]]:
    grouped: dict[str, list[Observation]] = {}
    for row in rows:
        if row.observable and (row.status not in VOID or row.replaces_id):
            grouped.setdefault(row.observable, []).append(row)
    return grouped


def _order(row: Observation) -> tuple[object, object]:
    return (row.observed_at, row.pk)


def _newest_standing(patient: Patient, observable: str) -> Observation | None:
    standing = Observation.objects.filter(patient=patient, observable=observable, replaced_by__isnull=True)
    return standing.exclude(status__in=VOID).order_by("-observed_at", "-id").first()


def _is_later(newest: Observation, known: CurrentValue | None, *, force: bool) -> bool:
    if known is None:
        return True
    return known.observation_id != newest.pk and (force or known.observed_at <= newest.observed_at)


def _write(values: Sequence[CurrentValue], *fields: str) -> None:
    """Write ``fields`` of the values in one statement, whether or not their rows exist yet."""
    CurrentValue.objects.bulk_create(
        values, update_conflicts=True, unique_fields=["patient", "observable"], update_fields=fields
    )


def show_earlier(course: Course) -> None:
    """Show the grades of a value that became the current one again, because a later one was corrected or struck: it
    was graded before and is not in line. Call when everything pending of the course has been graded."""
    waiting = CurrentValue.objects.filter(patient=course.patient_id, graded=False, observation__pending=None)
    rows = [value.observation for value in waiting.select_related("observation")]
    if rows:
        newest = newest_grades(course, rows)
        mark_graded(course.patient_id, rows, [grade for row in rows for grade in newest.get(row.pk, {}).values()])


def mark_graded(patient_id: UUID, rows: Sequence[Observation], grades: Sequence[ToxicityGrade]) -> None:
    """Show on the current values that ``rows`` were graded, with the grade of each term they feed."""
    by_row: dict[UUID, dict[str, Shown]] = {row.pk: {} for row in rows}
    for grade in grades:
        by_row[grade.observation_id][grade.term] = _shown(grade.grade, grade.proposed, grade.at_least, grade.why)
    values = list(CurrentValue.objects.filter(patient=patient_id, observation__in=rows))
    for value in values:
        value.graded, value.grades = True, by_row[value.observation_id]
    _write(values, "graded", "grades")


def show_grades(patient_id: UUID, grades: Mapping[str, Sequence[TermGrade]]) -> None:
    """Show the present grade of each term on its observable's current value: a proposed pressure grade moves with
    what is given, and a value that has grown too old has no grade. ``grades`` are by observable."""
    moved: list[CurrentValue] = []
    for value in CurrentValue.objects.filter(patient=patient_id, observable__in=grades):
        now = dict(value.grades)
        for one in grades[value.observable]:
            open_above = one.at_most is not None and one.grade is not None and one.at_most > one.grade
            now[one.term] = _shown(one.grade, one.proposed, open_above, one.why)
        if now != value.grades:
            value.grades = now
            moved.append(value)
    _write(moved, "grades")


Shown = dict[str, int | bool | str | None]


def _shown(grade: int | None, proposed: bool, at_least: bool, why: str) -> Shown:
    return {"grade": grade, "proposed": proposed, "at_least": at_least, "why": why}
