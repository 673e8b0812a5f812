"""How bedside findings get in: one choice on the screen answers its criteria, and nothing it did not show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dosing.domain.lasting import Lasts, lasts
from dosing.domain.protocol import Protocol
from dosing.domain.snapshot import AnswerState
from dosing.models import Course
from dosing.selectors.courses import rules_of
from dosing.services import courses
from dosing.services.people import require_clinician, require_physician
from dosing.services.refusals import Invalid
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor
from il2ward.identity import uuid7
from il2ward.live import services as live
from il2ward.staff.models import User
from monitoring.models import BedsideFinding, FindingResolution

WHY_NOT = {
    Lasts.BY_ITSELF: "It is over when a newer value says so: measure again.",
    Lasts.FOR_GOOD: "It stands for good.",
}


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """The option chosen for one question of the protocol's bedside check."""

    question: str
    option: str


class UnknownFinding(Exception):
    """The protocol of this course asks no such question, or the question has no such option."""

    def __init__(self, question: str, option: str) -> None:
        super().__init__(f"the course's protocol has no finding {question}: {option}")
        self.question, self.option = question, option


@transaction.atomic
def record(
    *, course_id: int, answers: Sequence[NewAnswer], observed_at: datetime, actor: Actor, at: datetime
) -> list[BedsideFinding]:
    """Store one round of bedside findings, one row per criterion, and put the course in line for assessment.

    Raises ``UnknownFinding`` before anything is written when one answer is not of this course's protocol.
    """
    course = courses.locked(course_id)
    nurse = require_clinician(actor, course.patient, at)
    rows = rows_of(course, answers, observed_at, nurse, at)
    BedsideFinding.objects.bulk_create(rows)
    found = [{"id": str(row.pk), "criterion": row.criterion, "state": row.state} for row in rows]
    body = {"observed_at": observed_at.isoformat(), "findings": found}
    note_course(course, "findings.recorded", actor=actor, at=at, body=body)
    assess_anew(course, at)
    return rows


def rows_of(
    course: Course, answers: Sequence[NewAnswer], observed_at: datetime, by: User, at: datetime, *, reason: str = ""
) -> list[BedsideFinding]:
    """Return one round's rows, not kept yet; ``reason`` says why they take the place of others."""
    protocol = rules_of(course).protocol.value
    round_id = uuid7(at)
    rows: dict[str, BedsideFinding] = {}
    for answer in answers:
        for criterion, state in states_of(protocol, answer).items():
            rows[criterion] = BedsideFinding(
                id=uuid7(at), patient_id=course.patient_id, course=course, criterion=criterion, state=state,
                question=answer.question, option=answer.option, round_id=round_id, observed_at=observed_at,
                recorded_at=at, recorded_by=by, reason=reason,
            )  # fmt: skip
    return list(rows.values())


def states_of(protocol: Protocol, answer: NewAnswer) -> dict[str, AnswerState]:
    """What the chosen option says of each criterion of its question; raises ``UnknownFinding``."""
    question = next((one for one in protocol.questions if one.id == answer.question), None)
    if question is None or answer.option not in dict(question.choices):
        raise UnknownFinding(answer.question, answer.option)
    return question.states(answer.option)


@transaction.atomic
def resolve(*, finding_id: UUID, reason: str, actor: Actor, at: datetime) -> FindingResolution:
    """Keep a physician's word that a finding is over; a present one stops counting from now."""
    finding = BedsideFinding.objects.select_related("course").get(pk=finding_id)
    course = courses.locked(finding.course_id)
    physician = require_physician(actor, course.patient, at)
    row = FindingResolution.objects.create(finding=finding, by=physician, at=at, reason=reason)
    body = {"criterion": finding.criterion, "reason": reason}
    note_course(course, "finding.resolved", actor=actor, at=at, body=body, subject="finding", subject_id=finding.pk)
    assess_anew(course, at)
    return row


@transaction.atomic
def resolve_criterion(*, course_id: int, criterion: str, reason: str, actor: Actor, at: datetime) -> FindingResolution:
    """Keep a physician's word that what met a latching measured criterion (a raised enzyme) is over, as of ``at``.

    Results observed later count again. Raises ``UnknownFinding`` for a criterion the protocol does not have, and
    Invalid for one that follows its newest value or stands for good: there is nothing to say about it.
    """
    course = courses.locked(course_id)
    physician = require_physician(actor, course.patient, at)
    rule = next((row for row in rules_of(course).protocol.value.criteria if row.id == criterion), None)
    if rule is None:
        raise UnknownFinding(criterion, "resolved")
    if lasts(rule) is not Lasts.UNTIL_RESOLVED:
        raise Invalid(f"{rule.label}: nobody ends this by a word. {WHY_NOT[lasts(rule)]}")
    finding = BedsideFinding.objects.create(
        id=uuid7(at), patient_id=course.patient_id, course=course, criterion=criterion, state="present",
        question=criterion, option="resolved", round_id=uuid7(at), observed_at=at, recorded_at=at,
        recorded_by=physician,
    )  # fmt: skip
    return resolve(finding_id=finding.pk, reason=reason, actor=actor, at=at)


def assess_anew(course: Course, at: datetime) -> None:
    """Put the locked course in line for assessment."""
    courses.evidence_arrived(course, at)
    live.wake(courses.GRADE_COURSE, course_id=course.pk)
