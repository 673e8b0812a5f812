"""How does a clinician confirm a proposed grade, or set it to another?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dosing.models import Course
from dosing.services import courses
from dosing.services.people import require_clinician, require_physician
from dosing.services.reasons import LONG_ENOUGH
from dosing.services.refusals import Invalid, ReasonMissing, Refused
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor
from monitoring.domain.ctcae import TermRule
from monitoring.domain.grade_choices import choices_of, needs_physician
from monitoring.models import GradeConfirmation, ToxicityGrade
from monitoring.selectors.course_rules import grading_rules_of
from monitoring.selectors.standing_grades import StandingGrade, standing_grades
from monitoring.services import grading
from monitoring.services.assessments import assess_next_dose

NOTE_LONGEST = 200


class GradeNotOffered(Invalid):
    """The version has no such grade under the term."""


class GradeNoLongerStands(Refused):
    """The value was corrected or graded again since; there is another grade to look at."""


class NothingToConfirm(Refused):
    """The value could not be graded: there is nothing a clinician could confirm."""


class NumberProvesIt(Refused):
    """The version prints a number for this grade; a word cannot make it less, a corrected value can."""


@transaction.atomic
def confirm(*, grade_id: int, confirmed_grade: int, reason: str, actor: Actor, at: datetime) -> GradeConfirmation:
    """Keep a clinician's word on a grade that stands, and assess the next dose with it.

    A nurse may confirm it or find it worse; to find it better, or to grade a death, takes a physician. Another grade
    than the computed one needs a reason, a better one at least 15 characters. Only what is proposed can be found
    better. The same word by the same person again changes nothing. Raises a refusal that says why, nothing written.
    """
    row = ToxicityGrade.objects.select_related("course").get(pk=grade_id)
    course = courses.locked(row.course_id)
    standing = _standing(row)
    rule = grading_rules_of(course).ctcae.terms[row.term]
    require_offered(rule, confirmed_grade)
    computed, counts = _grades(standing)
    if needs_physician(given=confirmed_grade, proposed=max(computed, counts)):
        person = require_physician(actor, course.patient, at)
    else:
        person = require_clinician(actor, course.patient, at)
    _require_reason(confirmed_grade, computed, counts, reason)
    if confirmed_grade < computed and not row.proposed:
        raise NumberProvesIt("A number proves this grade. If the value is wrong, correct the value.")
    newest = row.confirmations.order_by("-at", "-id").first()
    if newest is not None and (newest.by_id, newest.confirmed_grade) == (person.pk, confirmed_grade):
        return newest
    said = GradeConfirmation.objects.create(
        grade=row, confirmed_grade=confirmed_grade, by=person, at=at, reason=reason.strip()
    )
    note_course(
        course, "grade.confirmed", actor=actor, at=at, subject="grade", subject_id=row.pk,
        body={
            "term": row.term, "label": rule.label, "computed": row.grade, "counted": counts,
            "grade": confirmed_grade, "reason": said.reason, "observed_at": row.observed_at.isoformat(),
            "ctcae": row.ctcae_version,
        },
    )  # fmt: skip
    follow(course, at=at)
    return said


def require_offered(rule: TermRule, grade: int) -> None:
    """Raise ``GradeNotOffered`` unless the version has this grade (or none, 0) under the term."""
    if grade not in {choice.grade for choice in choices_of(rule)}:
        raise GradeNotOffered(f"{rule.label} has no grade {grade} in CTCAE {rule.version}.")


def follow(course: Course, *, at: datetime) -> None:
    """A clinician has spoken on the locked ``course``: its next dose is assessed, its alerts follow."""
    courses.evidence_arrived(course, at)
    grading.grade_pending(course, at=at, by_worker=False)
    if course.status != "ended":
        assess_next_dose(course, at=at, cause="grade")


def _standing(row: ToxicityGrade) -> StandingGrade:
    stands = standing_grades(row.course_id, terms=[row.term], observations=[row.observation_id])
    found = next((one for one in stands if one.id == row.pk), None)
    if found is None:
        raise GradeNoLongerStands("This value was corrected or graded again meanwhile. Look at the new grade.")
    return found


def _grades(standing: StandingGrade) -> tuple[int, int]:
    if standing.computed is None or standing.grade is None:
        raise NothingToConfirm(f"This value could not be graded: {standing.why}. There is nothing to confirm.")
    return standing.computed, standing.grade


def _require_reason(given: int, computed: int, counts: int, reason: str) -> None:
    said = len(reason.strip())
    if given < max(computed, counts) and said < LONG_ENOUGH:
        raise ReasonMissing(f"Say in at least {LONG_ENOUGH} characters why it is better than grade {counts}.")
    if given != computed and not said:
        raise ReasonMissing(f"Say why it is not grade {computed}.")
    if said > NOTE_LONGEST:
        raise ReasonMissing(f"Say it in {NOTE_LONGEST} characters at most.")
