"""How is one answer of the bedside check put right, or taken back, by somebody who saw it as it stands?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dosing.domain.protocol import Protocol
from dosing.models import Course
from dosing.selectors.courses import rules_of
from dosing.services import courses
from dosing.services.people import require_clinician
from dosing.services.reasons import A_FEW_WORDS, require_text
from dosing.services.refusals import NotAllowed, Refused
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor
from il2ward.identity import uuid7
from il2ward.staff.models import Role, User
from monitoring.domain.correcting import ASK_TO_END, Right, right_to_answer
from monitoring.models import BedsideFinding, Regrading
from monitoring.selectors.charted_findings import needs_physician
from monitoring.services import grading, second_looks
from monitoring.services.corrections import NothingChanged
from monitoring.services.findings import NewAnswer, assess_anew, rows_of


class AnotherAnswerStands(Refused):
    """The answer that was seen was put right or taken back meanwhile, or never was."""


class NotYoursToEnd(NotAllowed):
    """What was found stands until a physician says otherwise."""


@transaction.atomic
def correct(
    *, course_id: int, round_id: UUID, question: str, option: str, reason: str, actor: Actor, at: datetime
) -> list[BedsideFinding]:
    """Strike what was answered to ``question`` in a round and, unless ``option`` is "", keep that answer in its place.

    The new answer is of the same time; both stay. Returns the rows that strike and those that stand. Raises
    AnotherAnswerStands, NothingChanged, ``UnknownFinding``, and NotYoursToEnd where only a physician ends what was
    found. A hold that it caused stays a physician's to release.
    """
    course = courses.locked(course_id)
    person = require_clinician(actor, course.patient, at)
    said = require_text(reason, at_least=A_FEW_WORDS)
    grading.grade_course(course_id=course.pk, at=at, by_worker=False)
    standing = _standing(course, round_id, question)
    _require_right(rules_of(course).protocol.value, standing, person)
    if option == standing[0].option:
        raise NothingChanged("It says that already. Choose another answer, or take it back.")
    made = _strikes(standing, person, said, at)
    if option:
        answer = NewAnswer(question, option)
        made += rows_of(course, [answer], standing[0].observed_at, person, at, reason=said)
    BedsideFinding.objects.bulk_create(made)
    acts = second_looks.acts_resting_on_answers(course, standing, at=at)
    if acts:
        told = _told(rules_of(course).protocol.value, standing[0], option)
        Regrading.objects.create(course=course, at=at, cause="finding", finding=made[0], told=told, acts=acts)
    _tell(course, made, standing, option, said, acts, actor=actor, at=at)
    return made


def _standing(course: Course, round_id: UUID, question: str) -> list[BedsideFinding]:
    rows = BedsideFinding.objects.filter(course=course, round_id=round_id, question=question)
    found = list(rows.filter(struck_by__isnull=True, entered_in_error__isnull=True).order_by("id"))
    if not found:
        raise AnotherAnswerStands("Another answer stands by now. Load the page again and look at it first.")
    return found


def _require_right(protocol: Protocol, standing: Sequence[BedsideFinding], person: User) -> None:
    right = right_to_answer(
        is_physician=person.role == Role.PHYSICIAN, needs_physician=needs_physician(protocol, standing)
    )
    if right is Right.NONE:
        raise NotYoursToEnd(ASK_TO_END)


def _strikes(standing: Sequence[BedsideFinding], person: User, reason: str, at: datetime) -> list[BedsideFinding]:
    round_id = uuid7(at)
    return [
        BedsideFinding(
            id=uuid7(at), patient_id=row.patient_id, course_id=row.course_id, criterion=row.criterion, state=row.state,
            question=row.question, option=row.option, round_id=round_id, observed_at=row.observed_at, recorded_at=at,
            recorded_by=person, entered_in_error=row, reason=reason,
        )
        for row in standing
    ]  # fmt: skip


def _told(protocol: Protocol, old: BedsideFinding, option: str) -> str:
    question = next(one for one in protocol.questions if one.id == old.question)
    words = dict(question.choices)
    became = f"corrected to “{words[option]}”" if option else "taken back"
    return f"{question.text}: “{words[old.option]}” was {became}"[:300]


def _tell(
    course: Course,
    made: Sequence[BedsideFinding],
    standing: Sequence[BedsideFinding],
    option: str,
    reason: str,
    acts: Sequence[dict[str, object]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    found = [{"id": str(row.pk), "criterion": row.criterion, "state": row.state} for row in made]
    body = {
        "observed_at": standing[0].observed_at.isoformat(), "findings": found, "question": standing[0].question,
        "old": standing[0].option, "new": option, "reason": reason, "acts": list(acts),
    }  # fmt: skip
    note_course(course, "findings.recorded", actor=actor, at=at, body=body)
    assess_anew(course, at)
