"""What is documented before a course, how the tumour responded, and what each source says of another course."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from dosing.domain.eligibility import TopicResult
from dosing.models import Course, ResponseEntry
from dosing.selectors.course_facts import Retreatment, eligibility_of, retreatment_of, standing_answers
from dosing.services import course_facts
from il2ward import clock
from il2ward.http.credentials import Clinician, Physician, Reader, actor_of, person_of
from il2ward.http.endpoint import act_once, said, sent
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.refusing import GateEndpoint, found
from monitoring.api.setup_numbers import day
from monitoring.api.setup_payloads import EligibilityBody, ResponseBody
from monitoring.selectors import reach, setup_reach


class Eligibility(GateEndpoint):
    """Staff of the ward read it; nurses and physicians document."""

    def get_permissions(self) -> list[BasePermission]:
        """Let readers read and clinicians write."""
        return [Clinician() if self.request.method == "POST" else Reader()]

    def get(self, request: Request, course_id: int) -> HttpResponse:
        """Return every source's demands on what is documented, side by side."""
        course = found(setup_reach.course_ever(person_of(request), course_id, clock.now()), "course")
        return sent(said(200, eligibility_told(course)))

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """Document facts; return the whole again."""
        at, body = clock.now(), self.read(request, EligibilityBody)
        course = found(reach.course(person_of(request), course_id, at), "course")

        def document() -> Answer:
            course_facts.document(
                course=course, answers=body.answers, seen_in=body.seen_in, actor=actor_of(request), at=at
            )
            return said(201, eligibility_told(course))

        return act_once(request, at=at, required=True, act=document)


class Responses(GateEndpoint):
    """Physicians of the ward that the patient lies in, or lay in last."""

    permission_classes = [Physician]

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """Keep the response by one source's definition."""
        at, body = clock.now(), self.read(request, ResponseBody)
        course = found(setup_reach.course_ever(person_of(request), course_id, at), "course")
        assessed_on = day(body.assessed_on, "$.assessed_on")

        def record() -> Answer:
            row = course_facts.record_response(
                course=course, definition=body.definition, category=body.category, assessed_on=assessed_on,
                facts=body.facts, outlook=body.outlook, note=body.note, actor=actor_of(request), at=at,
            )  # fmt: skip
            return said(201, response_told(row))

        return act_once(request, at=at, required=True, act=record)


class RetreatmentAdvice(GateEndpoint):
    """Staff of the ward that the patient lies in, or lay in last."""

    permission_classes = [Reader]

    def get(self, request: Request, course_id: int) -> HttpResponse:
        """Return each source's advice, side by side; a physician decides."""
        at = clock.now()
        course = found(setup_reach.course_ever(person_of(request), course_id, at), "course")
        return sent(said(200, retreatment_told(retreatment_of(course, at), at)))


def eligibility_told(course: Course) -> dict[str, Any]:
    """What is documented and how every item stands, as it goes on the wire. There is no verdict on the patient."""
    answers = {
        fact: {"value": row.value, "by": row.by.display_name, "at": row.at.isoformat(), "seen_in": row.seen_in}
        for fact, row in standing_answers(course).items()
    }
    return {"answers": answers, "topics": [_topic_told(topic) for topic in eligibility_of(course)]}


def _topic_told(topic: TopicResult) -> dict[str, Any]:
    return {
        "topic": topic.topic,
        "title": topic.title,
        "is_disputed": topic.is_disputed,
        "known_disagreements": list(topic.known),
        "items": [
            {
                "id": one.item.id,
                "part": one.item.part,
                "text": one.item.text,
                "source": one.item.source,
                "verification": one.item.verification,
                "state": one.state.value,
                "missing": list(one.missing),
            }
            for one in topic.results
        ],
    }


def response_told(row: ResponseEntry) -> dict[str, Any]:
    """One entry as it goes on the wire."""
    return {
        "id": row.pk,
        "definition": row.definition,
        "category": row.category,
        "computed": row.computed,
        "assessed_on": row.assessed_on.isoformat(),
    }


def retreatment_told(advice: Retreatment, at: datetime) -> dict[str, Any]:
    """The advice as it goes on the wire."""
    return {
        "at": at.isoformat(),
        "facts": {name: str(value) for name, value in advice.facts.items()},
        "is_disputed": advice.is_disputed,
        "known_disagreements": list(advice.disagreements),
        "advice": [
            {
                "source": one.guide.id,
                "title": one.guide.title,
                "scope": one.guide.scope,
                "advice": one.advice.value,
                "text": one.rule.text if one.rule else "",
                "verification": one.rule.verification if one.rule else "",
                "missing": list(one.missing),
                "conflicts": list(one.guide.conflicts),
            }
            for one in advice.advised
        ],
    }
