"""GET of a course's toxicities; POST of a clinician's word on a grade, and of a grade that no number gives."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.audit.services import reads
from il2ward.http.credentials import Clinician, Reader, actor_of, person_of
from il2ward.http.endpoint import act_once, said, sent
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.grade_payloads import ConfirmationBody, EnteredGradeBody, WithdrawalBody
from monitoring.api.items import not_in_future
from monitoring.api.refusing import GateEndpoint, found
from monitoring.domain.worst_grades import Worst
from monitoring.models import EnteredGrade
from monitoring.selectors import grade_reach, reach
from monitoring.selectors.course_worst import CourseWorst, TermWorst
from monitoring.selectors.toxicities import AdverseEvent, toxicities_of
from monitoring.services import confirmations, entered_grades


class CourseToxicities(GateEndpoint):
    """Everybody on the staff who sees the patient's ward."""

    permission_classes = [Reader]

    def get(self, request: Request, course_id: int) -> HttpResponse:
        """Return the worst grades per dose, cycle and course and the adverse events; that they were read is kept."""
        at, person = clock.now(), person_of(request)
        course = found(reach.course(person, course_id, at), "course")
        reads.note(user=person, patient=course.patient, page="toxicities", at=at)
        seen = toxicities_of(course.pk, at=at)
        return sent(
            said(
                200,
                {
                    "course": course.pk,
                    "at": at.isoformat(),
                    "terms": [term_told(one, seen.worst) for one in seen.worst.terms],
                    "events": [event_told(one) for one in seen.events],
                },
            )
        )


class Confirmations(GateEndpoint):
    """Nurses and physicians of the patient's ward; who may say what, the service decides."""

    permission_classes = [Clinician]

    def post(self, request: Request, grade_id: int) -> HttpResponse:
        """Keep the word, once per Idempotency-Key; the next dose is assessed with it."""
        at, body = clock.now(), self.read(request, ConfirmationBody)
        row = found(grade_reach.grade(person_of(request), grade_id, at), "grade")

        def confirm() -> Answer:
            word = confirmations.confirm(
                grade_id=row.pk, confirmed_grade=body.grade, reason=body.reason, actor=actor_of(request), at=at
            )
            told = {"id": word.pk, "grade": row.pk, "confirmed_grade": word.confirmed_grade, "at": word.at.isoformat()}
            return said(201, told)

        return act_once(request, at=at, required=True, act=confirm)


class EnteredGrades(GateEndpoint):
    """Nurses and physicians of the patient's ward grade what no number does."""

    permission_classes = [Clinician]

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """Keep the grade, once per Idempotency-Key; the next dose is assessed with it."""
        at, body = clock.now(), self.read(request, EnteredGradeBody)
        course = found(reach.course(person_of(request), course_id, at), "course")
        seen_at = at if body.observed_at is None else not_in_future(body.observed_at, at, path="$.observed_at")

        def enter() -> Answer:
            row = entered_grades.enter(
                course_id=course.pk, term=body.term, grade=body.grade, observed_at=seen_at, note=body.note,
                actor=actor_of(request), at=at,
            )  # fmt: skip
            return said(201, entry_told(row))

        return act_once(request, at=at, required=True, act=enter)


class Withdrawal(GateEndpoint):
    """The author of an entry, or a physician, takes it back."""

    permission_classes = [Clinician]

    def post(self, request: Request, entry_id: UUID) -> HttpResponse:
        """Keep that the entry was made in error; it stays in the record and counts no more."""
        at, body = clock.now(), self.read(request, WithdrawalBody)
        entry = found(grade_reach.entry(person_of(request), entry_id, at), "grade")

        def withdraw() -> Answer:
            row = entered_grades.withdraw(entry_id=entry.pk, reason=body.reason, actor=actor_of(request), at=at)
            return said(201, entry_told(row))

        return act_once(request, at=at, required=True, act=withdraw)


def entry_told(row: EnteredGrade) -> dict[str, Any]:
    """An entry as it goes on the wire; ``grade`` None withdraws the one it ``replaces``."""
    return {
        "id": str(row.pk),
        "term": row.term,
        "grade": row.grade,
        "observed_at": row.observed_at.isoformat(),
        "ctcae_version": row.ctcae_version,
        "replaces": str(row.replaces_id) if row.replaces_id else None,
    }


def term_told(one: TermWorst, worst: CourseWorst) -> dict[str, Any]:
    """One term's worst grades. ``dose`` None: after the cycle's last slot; what nobody looked at is left out."""
    doses = zip(worst.stretches, one.stretches, strict=True)
    return {
        "term": one.term,
        "name": one.name,
        "course": worst_told(one.course),
        "cycles": [{"cycle": number, **worst_told(seen)} for number, seen in one.cycles.items()],
        "doses": [
            {"cycle": stretch.cycle, "dose": stretch.number or None, **worst_told(seen)}
            for stretch, seen in doses
            if seen is not None
        ],
    }


def worst_told(worst: Worst) -> dict[str, Any]:
    """A worst grade; ``grade`` None: looked at and not gradable, never 0."""
    return {
        "grade": worst.grade,
        "at_least": worst.at_least,
        "proposed": worst.proposed,
        "has_ungraded": worst.has_ungraded,
        "observed_at": worst.observed_at.isoformat(),
    }


def event_told(event: AdverseEvent) -> dict[str, Any]:
    """One adverse event; ``resolved_at`` None: not known to be over."""
    episode = event.episode
    return {
        "term": event.term,
        "name": event.name,
        "onset_at": episode.onset_at.isoformat(),
        "worst": worst_told(episode.worst),
        "resolved_at": episode.resolved_at.isoformat() if episode.resolved_at else None,
        "baseline": episode.baseline,
    }
