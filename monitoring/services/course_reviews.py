"""How is a completed course signed off by whoever looked through it, and how is it noted that it was taken out?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from dosing.models import Course
from dosing.services import courses
from dosing.services.refusals import Invalid, NotAllowed, NotReauthenticated, Refused
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import Role, User
from il2ward.staff.selectors import membership
from monitoring.models import CourseReview
from monitoring.selectors.course_account import unaccounted_of
from monitoring.selectors.course_record import last_seq_of

LEAST_STATEMENT = 10


class CourseNotCompleted(Refused):
    """Only a course that has ended is signed off."""


class ChecklistChanged(Refused):
    """What was accepted is not what is on the list now."""


@transaction.atomic
def sign_off(
    *, course_id: int, statement: str, accepted: Collection[str], reauthenticated: bool, actor: Actor, at: datetime
) -> CourseReview:
    """Keep an admin's word that the ended course was looked through; ``accepted`` are the keys of the whole checklist.

    Raises ``NotAllowed``, ``NotReauthenticated``, ``CourseNotCompleted``, ``Invalid`` or ``ChecklistChanged``.
    """
    course = courses.locked(course_id)
    person = require_auditor(actor, course, at)
    if not reauthenticated:
        raise NotReauthenticated("Give your password again to sign.")
    if course.status != "ended":
        raise CourseNotCompleted("The course has not been ended. A physician ends it first.")
    if len(statement.strip()) < LEAST_STATEMENT:
        raise Invalid("Say what you have looked at, in ten characters or more.")
    open_now = unaccounted_of(course, at)
    if set(accepted) != {one.key for one in open_now}:
        raise ChecklistChanged("Not every point of the list was ticked, or the list has changed. Look at it again.")
    review = CourseReview.objects.create(
        course=course, by=person, at=at, statement=statement.strip()[:2000],
        accepted=[{"key": one.key, "text": one.text} for one in open_now],
        audit_seq=last_seq_of(course), reauthenticated=True,
    )  # fmt: skip
    body = {"review": review.pk, "accepted": [one.key for one in open_now], "covers": review.audit_seq}
    _note(course, "course.reviewed", actor=actor, at=at, body=body)
    return review


@transaction.atomic
def note_export(*, course: Course, actor: Actor, at: datetime) -> None:
    """Record that the course's record was taken out as a file. Raises ``NotAllowed``."""
    require_auditor(actor, course, at)
    _note(course, "course.exported", actor=actor, at=at, body={"as": "csv"})


def require_auditor(actor: Actor, course: Course, at: datetime) -> User:
    """Return the admin who acts; raises ``NotAllowed`` unless they are one of the course's hospital."""
    person = actor.user
    if person is None or not person.is_active or person.role != Role.ADMIN:
        raise NotAllowed("Completed courses are looked through and signed off by an admin.")
    if person.site_id != course.site_id or not membership.wards_of(person, at).exists():
        raise NotAllowed("This is another hospital's course.")
    return person


def _note(course: Course, event: str, *, actor: Actor, at: datetime, body: dict[str, object]) -> None:
    audit.append(
        event=event, actor=actor, at=at, subject="course", subject_id=course.pk, patient_id=course.patient_id,
        course_id=course.pk, site_id=course.site_id, body=body,
    )  # fmt: skip
