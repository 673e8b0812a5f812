"""GET of what the protocol says about a course's next dose, with its evidence."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.http.credentials import Reader, person_of
from il2ward.http.endpoint import said, sent
from monitoring.api.refusing import GateEndpoint, found
from monitoring.selectors import reach
from monitoring.selectors.present_outcome import told


class CourseAssessment(GateEndpoint):
    """Everybody on the staff who sees the patient's ward."""

    permission_classes = [Reader]

    def get(self, request: Request, course_id: int) -> HttpResponse:
        """Return the outcome at this instant; nothing is stored by asking."""
        at = clock.now()
        course = found(reach.course(person_of(request), course_id, at), "course")
        return sent(said(200, told(course, at)))
