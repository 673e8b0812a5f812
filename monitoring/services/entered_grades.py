"""How does a clinician enter a grade that no number gives, and take an entry back?"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from dosing.models import Course
from dosing.services import courses
from dosing.services.people import require_clinician, require_physician
from dosing.services.reasons import LONG_ENOUGH
from dosing.services.refusals import Invalid, ReasonMissing, Refused
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor
from il2ward.identity import uuid7
from il2ward.staff.models import User
from monitoring.domain.ctcae import TermRule
from monitoring.domain.grade_choices import may_be_entered, needs_physician
from monitoring.models import EnteredGrade
from monitoring.selectors.course_rules import grading_rules_of
from monitoring.selectors.entered_grades import newest_entries
from monitoring.services.confirmations import NOTE_LONGEST, follow, require_offered


class TermNotEntered(Invalid):
    """The version has no such term, or a number alone grades it."""


class NotOfThisCourse(Invalid):
    """What was seen before the course was opened is none of its grades."""


class EntryNoLongerStands(Refused):
    """The entry was taken back already."""


@transaction.atomic
def enter(
    *, course_id: int, term: str, grade: int, observed_at: datetime, note: str, actor: Actor, at: datetime
) -> EnteredGrade:
    """Keep what a clinician graded ``term`` at ``observed_at``, and assess the next dose with it.

    It stands until a later entry of the term. A nurse may enter any grade but 5 that is no better than the one that
    stands from 3 on; to end a grade 3 or worse takes a physician. The very same entry again changes nothing.
    """
    course = courses.locked(course_id)
    rule = _rule(course, term)
    require_offered(rule, grade)
    before = newest_entries(course.pk, at=at).get(term)
    person = _person(course, grade, before, actor, at)
    if observed_at < course.opened_at:
        raise NotOfThisCourse("It was seen before this course was opened.")
    if before is not None and _is_same(before, grade, observed_at, person):
        return before
    row = EnteredGrade.objects.create(
        id=uuid7(at), patient_id=course.patient_id, course=course, term=term, grade=grade,
        ctcae_version=rule.version, rules_sha256=course.ctcae.sha256, observed_at=observed_at, recorded_at=at,
        recorded_by=person, note=_short(note),
    )  # fmt: skip
    _tell(course, row, rule, "grade.entered", actor=actor, at=at)
    return row


@transaction.atomic
def withdraw(*, entry_id: UUID, reason: str, actor: Actor, at: datetime) -> EnteredGrade:
    """Take an entry back as made in error; its author or a physician may, with a reason of at least 15 characters."""
    entry = EnteredGrade.objects.select_related("course").get(pk=entry_id)
    course = courses.locked(entry.course_id)
    person = require_clinician(actor, course.patient, at)
    if person.pk != entry.recorded_by_id:
        person = require_physician(actor, course.patient, at)
    if len(reason.strip()) < LONG_ENOUGH:
        raise ReasonMissing(f"Say in at least {LONG_ENOUGH} characters what was wrong.")
    if entry.grade is None or EnteredGrade.objects.filter(replaces=entry).exists():
        raise EntryNoLongerStands("This entry was taken back already.")
    row = EnteredGrade.objects.create(
        id=uuid7(at), patient_id=course.patient_id, course=course, term=entry.term, grade=None,
        ctcae_version=entry.ctcae_version, rules_sha256=entry.rules_sha256, observed_at=entry.observed_at,
        recorded_at=at, recorded_by=person, note=_short(reason), replaces=entry,
    )  # fmt: skip
    _tell(course, row, _rule(course, entry.term), "grade.withdrawn", actor=actor, at=at)
    return row


# From this grade on a nurse's better grade would end what holds a dose.
SEVERE = 3


def _person(course: Course, grade: int, before: EnteredGrade | None, actor: Actor, at: datetime) -> User:
    stands = before.grade if before is not None and (before.grade or 0) >= SEVERE else None
    if needs_physician(given=grade, proposed=stands):
        return require_physician(actor, course.patient, at)
    return require_clinician(actor, course.patient, at)


def _rule(course: Course, term: str) -> TermRule:
    rule = grading_rules_of(course).ctcae.terms.get(term)
    if rule is None or not may_be_entered(rule):
        raise TermNotEntered("This term has no grade in words in the course's CTCAE version; a number grades it.")
    return rule


def _is_same(before: EnteredGrade, grade: int, observed_at: datetime, person: User) -> bool:
    return (before.grade, before.observed_at, before.recorded_by_id) == (grade, observed_at, person.pk)


def _short(text: str) -> str:
    if len(text.strip()) > NOTE_LONGEST:
        raise ReasonMissing(f"Say it in {NOTE_LONGEST} characters at most.")
    return text.strip()


def _tell(course: Course, row: EnteredGrade, rule: TermRule, event: str, *, actor: Actor, at: datetime) -> None:
    note_course(
        course, event, actor=actor, at=at, subject="grade", subject_id=row.pk,
        body={
            "term": row.term, "label": rule.label, "grade": row.grade, "observed_at": row.observed_at.isoformat(),
            "note": row.note, "ctcae": row.ctcae_version, "replaces": str(row.replaces_id) if row.replaces_id else None,
        },
    )  # fmt: skip
    follow(course, at=at)
