"""POST of bedside findings: what a person found, question by question."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.http.credentials import Clinician, actor_of, person_of
from il2ward.http.endpoint import act_once, said
from il2ward.http.problems import FieldError, Problem, shown
from il2ward.http.shapes import unprocessable
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.items import not_in_future
from monitoring.api.payloads import FindingsBody
from monitoring.api.refusing import GateEndpoint, found
from monitoring.selectors import reach
from monitoring.services import findings
from monitoring.services.findings import NewAnswer, UnknownFinding


class Findings(GateEndpoint):
    """Nurses and physicians of the patient's ward chart one round of the bedside check."""

    permission_classes = [Clinician]

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """Record the whole round, or nothing when one answer is not of this course's protocol."""
        at, body = clock.now(), self.read(request, FindingsBody)
        course = found(reach.course(person_of(request), course_id, at), "course")
        observed_at = not_in_future(body.observed_at, at, path="$.observed_at")
        answers = [NewAnswer(answer.question, answer.option) for answer in body.answers]

        def record() -> Answer:
            rows = findings.record(
                course_id=course.pk, answers=answers, observed_at=observed_at, actor=actor_of(request), at=at
            )
            kept = [{"id": str(row.pk), "criterion": row.criterion, "state": row.state} for row in rows]
            return said(201, {"findings": kept})

        return act_once(request, at=at, required=False, act=record)

    def problem_of(self, exc: Exception) -> Problem | None:
        """Name the question and the option that this course's protocol does not have."""
        if isinstance(exc, UnknownFinding):
            chosen = shown(f"{exc.question}: {exc.option}")
            return unprocessable([FieldError("$.answers", chosen, "a question and an option of the course's protocol")])
        return super().problem_of(exc)
