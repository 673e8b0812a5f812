"""Where each observable of a patient stands now, kept in the insert's transaction so that no reader needs history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dosing.models import Patient
from monitoring.models import CurrentValue, Observation

VOID = ("cancelled", "entered-in-error")


def move(patient: Patient, fresh: Sequence[Observation]) -> None:
    """Make the newest standing row of each observable in ``fresh`` its current value.

    Newest by ``observed_at``; at the same instant the later recording. A correction looks at the history of
    its observable once more, because the row it replaces may be the current one. Call under the course's
    (or patient's) lock.
    """
    known = {row.observable: row for row in CurrentValue.objects.filter(patient=patient)}
    for observable, rows in _by_observable(fresh).items():
        corrected = any(row.replaces_id for row in rows)
        newest = _newest_standing(patient, observable) if corrected else max(rows, key=_order)
        _put(patient, observable, known.get(observable), newest, force=corrected)


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


def _put(
    patient: Patient, observable: str, known: CurrentValue | None, newest: Observation | None, *, force: bool
) -> None:
    if newest is None:
        CurrentValue.objects.filter(patient=patient, observable=observable).delete()
    elif known is None:
        CurrentValue.objects.create(
            patient=patient, observable=observable, observation=newest, observed_at=newest.observed_at
        )
    elif force or known.observed_at <= newest.observed_at:
        known.observation, known.observed_at = newest, newest.observed_at
        known.graded, known.grades = False, {}
        known.save()
