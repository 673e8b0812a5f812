"""What must be done because time passes: late grading, doses whose window opens, inputs that lapse, alerts."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from dosing.models import Course
from dosing.selectors.whereabouts import ward_of
from dosing.services import courses, expiry
from il2ward.live import services as live
from monitoring.models import PresentOutcome, WorkerBeat
from monitoring.selectors.health import last_sign_of
from monitoring.services import escalation, events, grading
from monitoring.services.assessments import assess_next_dose
from monitoring.services.isolation import for_each_course

# Each course is looked at once in this time, spread over it, so that a ward is never assessed all at once.
TURN_S = 16
TICK_S = 2
WORKER_SILENT_AFTER = timedelta(seconds=20)


def make_round(*, part: str, at: datetime, by_worker: bool) -> None:
    """One round of the ward: what waits is graded, due courses are looked at, alerts take their next step."""
    sign(part=part, at=at)
    grading.sweep(at=at, by_worker=by_worker)
    closed = {dose.cycle.course_id for dose in expiry.close_expired_slots(at, tell=events.dose_held)}
    for_each_course(closed | {pk for pk in _active_courses() if is_turn(pk, at)}, partial(look_at, at=at))
    escalation.sweep(at=at)


def stand_in(*, at: datetime) -> None:
    """The web process's net: grade what has waited too long; do the whole round when the worker is silent."""
    if worker_is_silent(at):
        make_round(part="web-sweep", at=at, by_worker=False)
    else:
        grading.sweep(at=at, by_worker=False)


def worker_is_silent(at: datetime) -> bool:
    """Whether the worker has shown no progress for more than twenty seconds, or never did."""
    seen = last_sign_of("worker")
    return seen is None or at - seen > WORKER_SILENT_AFTER


def sign(*, part: str, at: datetime) -> None:
    """Leave a sign of progress of ``part``. It never goes back, whatever the machine's clock does."""
    WorkerBeat.objects.get_or_create(part=part, defaults={"at": at})
    WorkerBeat.objects.filter(part=part, at__lt=at).update(at=at)


def is_turn(course_id: int, at: datetime) -> bool:
    """Whether the round at ``at`` is this course's; each gets one of the eight ticks in sixteen seconds."""
    ticks = TURN_S // TICK_S
    return int(at.timestamp()) // TICK_S % ticks == course_id % ticks


@transaction.atomic
def look_at(*, course_id: int, at: datetime) -> None:
    """Assess the next dose as time alone has changed it."""
    course = courses.locked(course_id)
    if course.status != "active":
        return
    before = _newest_token(course), _renewals_of(course)
    assess_next_dose(course, at=at, cause="time")
    if (_newest_token(course), _renewals_of(course)) != before:
        live.changed(ward_id=ward_of(course.patient), at=at)


def _newest_token(course: Course) -> tuple[int, str] | None:
    return course.assessments.order_by("-id").values_list("dose_id", "outcome_token").first()


def _renewals_of(course: Course) -> object:
    return PresentOutcome.objects.filter(course=course).values_list("renew", flat=True).first()


def _active_courses() -> list[int]:
    return list(Course.objects.filter(status="active", cycles__status="active").values_list("pk", flat=True))
