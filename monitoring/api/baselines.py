"""POST of a course's baseline, and GET of what changed in its grades since they were given."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.audit.services import reads
from il2ward.http.credentials import Physician, Reader, actor_of, person_of
from il2ward.http.endpoint import act_once, said, sent
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.items import read_uuid
from monitoring.api.payloads import BaselineBody
from monitoring.api.refusing import GateEndpoint, found
from monitoring.models import Regrading
from monitoring.selectors import reach
from monitoring.services import baselines

MOST = 200


class Baselines(GateEndpoint):
    """A physician says which value a course's changes are measured against."""

    permission_classes = [Physician]

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """Keep the choice with its reason; every grade of that observable in the course is given again."""
        at, body = clock.now(), self.read(request, BaselineBody)
        course = found(reach.course(person_of(request), course_id, at), "course")
        chosen = read_uuid(body.observation, "$.observation")

        def choose() -> Answer:
            row = baselines.choose(
                course_id=course.pk, observable=body.observable, observation_id=chosen, reason=body.reason,
                actor=actor_of(request), at=at,
            )  # fmt: skip
            value = row.observation
            return said(
                201,
                {"id": row.pk, "observable": row.observable, "observation": str(value.pk), "value": value.value,
                 "unit": value.unit, "observed_at": value.observed_at.isoformat(), "set_at": at.isoformat(),
                 "reason": row.reason},
            )  # fmt: skip

        return act_once(request, at=at, required=False, act=choose)


class Regradings(GateEndpoint):
    """What late, corrected or struck facts, baselines and limits changed in grades already given."""

    permission_classes = [Reader]

    def get(self, request: Request, course_id: int) -> HttpResponse:
        """The newest first, 200 at most; that they were read is kept."""
        at, person = clock.now(), person_of(request)
        course = found(reach.course(person, course_id, at), "course")
        reads.note(user=person, patient=course.patient, page="regradings", at=at)
        rows = Regrading.objects.filter(course=course).order_by("-id")[:MOST]
        return sent(said(200, {"regradings": [regrading_told(row) for row in rows]}))


def regrading_told(row: Regrading) -> dict[str, Any]:
    """Return one record as it goes on the wire; a grade null is not gradable or no longer counted."""
    return {
        "id": row.pk,
        "at": row.at.isoformat(),
        "cause": row.cause,
        "observation": str(row.observation_id) if row.observation_id else None,
        "baseline": row.baseline_id,
        "site_limit": row.site_limit_id,
        "finding": str(row.finding_id) if row.finding_id else None,
        "told": row.told,
        "changes": row.touched,
        "acts": row.acts,
    }
