"""Which value a course's changes are measured against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dosing.models import Course
from dosing.services import courses
from dosing.services.people import require_physician
from dosing.services.refusals import Invalid
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor
from il2ward.live import services as live
from monitoring.models import CourseBaseline, CurrentValue, Observation
from monitoring.selectors.baselines import USABLE, candidates, first_dose_started_at, has_baseline, standing_baselines
from monitoring.selectors.evidence import stands
from monitoring.services import regrading

SHORTEST_REASON, LONGEST_REASON = 15, 200


class BaselineRefused(Invalid):
    """That observation cannot be the baseline, or no reason was given."""


def follow(course: Course, fresh: Sequence[Observation], *, at: datetime) -> set[str]:
    """Keep the baseline of each laboratory value and weight the last usable one before the first dose.

    Returns the observables whose baseline is another now, or none any more. A baseline a person chose stays while it
    stands: its correction takes its place, and when it was struck the last usable one counts again. Call under the
    course's lock, before the fresh rows are graded.
    """
    first = first_dose_started_at(course)
    named = {row.observable for row in fresh if _can_be_baseline(row, first) or row.replaces_id is not None}
    return _set(course, named, first, at=at)


def adopt(course: Course, *, at: datetime) -> None:
    """Take what was measured before the course opened as its baselines."""
    named = CurrentValue.objects.filter(patient=course.patient_id).values_list("observable", flat=True)
    _set(course, named, first_dose_started_at(course), at=at)


@transaction.atomic
def choose(
    *, course_id: int, observable: str, observation_id: UUID, reason: str, actor: Actor, at: datetime
) -> CourseBaseline:
    """Measure the course's changes of ``observable`` against another observation; a physician's act, with its reason.

    It must be a usable value of the same patient and observable that still stands. Every grade of that observable
    in the course is given again. Raises ``BaselineRefused`` or ``NotAllowed``.
    """
    course = courses.locked(course_id)
    physician = require_physician(actor, course.patient, at)
    chosen = _chosen(course, observable, observation_id, reason)
    row = CourseBaseline.objects.create(
        course=course, observable=observable, observation=chosen, set_at=at, set_by=physician, reason=reason.strip()
    )
    note_course(
        course, "baseline.chosen", actor=actor, at=at,
        body={"observable": observable, "observation": str(chosen.pk), "value": chosen.value, "unit": chosen.unit,
              "reason": row.reason},
    )  # fmt: skip
    regrading.after_baseline(course, row, at=at)
    courses.evidence_arrived(course, at)
    live.wake(courses.GRADE_COURSE, course_id=course.pk)
    return row


def _chosen(course: Course, observable: str, observation_id: UUID, reason: str) -> Observation:
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise BaselineRefused(f"Say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters.")
    if not has_baseline(observable):
        raise BaselineRefused("Only a laboratory value or the weight has a baseline.")
    found = candidates(course).filter(observable=observable, pk=observation_id).first()
    if found is None:
        raise BaselineRefused("That is no usable value of this patient and kind. Choose one that stands.")
    return found


def _can_be_baseline(row: Observation, first: datetime | None) -> bool:
    before = first is None or row.observed_at < first
    return before and has_baseline(row.observable)


def _set(course: Course, observables: Iterable[str], first: datetime | None, *, at: datetime) -> set[str]:
    """Move the baselines where they must; return the observables whose baseline is another now, or none any more."""
    named = {name for name in observables if has_baseline(name)}
    if not named:
        return set()
    standing, last = standing_baselines(course), _last_before(course, named, first)
    moves = {name: _move(course, name, standing.get(name), last.get(name), at=at) for name in named}
    CourseBaseline.objects.bulk_create([row for row, _ in moves.values() if row is not None])
    return {name for name, (row, lost) in moves.items() if row is not None or lost}


def _move(
    course: Course, observable: str, standing: CourseBaseline | None, last: Observation | None, *, at: datetime
) -> tuple[CourseBaseline | None, bool]:
    """Return the row that takes the place of ``standing`` (None: none does), and whether that one's value is lost."""
    is_chosen = standing is not None and standing.set_by_id is not None
    lost = standing is not None and not stands(standing.observation)
    if standing is not None and is_chosen and not lost:
        return None, False
    corrected = _corrected(standing.observation) if standing is not None and is_chosen else None
    newest = corrected or last
    if newest is None or (standing is not None and standing.observation_id == newest.pk):
        return None, lost
    row = CourseBaseline(
        course=course, observable=observable, observation=newest, set_at=at,
        set_by=standing.set_by if standing is not None and corrected else None,
        reason=standing.reason if standing is not None and corrected else "",
    )  # fmt: skip
    return row, lost


def _last_before(course: Course, observables: Iterable[str], first: datetime | None) -> dict[str, Observation]:
    """The last usable value of each observable before ``first``; None: no dose has begun, so every value is before."""
    found = candidates(course).filter(observable__in=observables)
    if first is not None:
        found = found.filter(observed_at__lt=first)
    return {row.observable: row for row in found.order_by("observed_at", "id")}


def _corrected(row: Observation) -> Observation | None:
    """What stands in the place of a value that was corrected; None when nothing usable does."""
    later = Observation.objects.filter(replaces=row).first()
    while later is not None and not stands(later):
        later = Observation.objects.filter(replaces=later).first()
    return later if later is not None and later.status in USABLE and not later.not_gradable else None
