"""POST of test orders, and of a physician's word that a raised enzyme is over."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.models import TestOrder
from dosing.services import test_orders
from il2ward import clock
from il2ward.http.credentials import Clinician, Physician, actor_of, person_of
from il2ward.http.endpoint import act_once, said
from il2ward.http.problems import FieldError, Problem, shown
from il2ward.http.shapes import unprocessable
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.payloads import OrderBody, ReasonBody, ResolutionBody
from monitoring.api.refusing import GateEndpoint, found
from monitoring.selectors import reach
from monitoring.services import findings
from monitoring.services.findings import UnknownFinding


class Orders(GateEndpoint):
    """Order a test: while it is pending, "not done" cannot stand for its finding."""

    permission_classes = [Clinician]

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """Place the order, or return the one that stands."""
        at, body = clock.now(), self.read(request, OrderBody)
        course = found(reach.course(person_of(request), course_id, at), "course")

        def place() -> Answer:
            return said(
                201, told(test_orders.place(course_id=course.pk, test=body.test, actor=actor_of(request), at=at))
            )

        return act_once(request, at=at, required=False, act=place)


class OrderClosing(GateEndpoint):
    """Close an order with its reason."""

    permission_classes = [Clinician]

    def post(self, request: Request, course_id: int, order_id: int) -> HttpResponse:
        """Close the order of this course."""
        at, body = clock.now(), self.read(request, ReasonBody)
        course = found(reach.course(person_of(request), course_id, at), "course")
        order = found(TestOrder.objects.filter(course=course, pk=order_id).first(), "order")

        def close() -> Answer:
            closed = test_orders.close(order_id=order.pk, reason=body.reason, actor=actor_of(request), at=at)
            return said(200, told(closed))

        return act_once(request, at=at, required=False, act=close)


class Resolutions(GateEndpoint):
    """A physician says that what met a latching measured criterion is over."""

    permission_classes = [Physician]

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """Keep the word; results observed later count again."""
        at, body = clock.now(), self.read(request, ResolutionBody)
        course = found(reach.course(person_of(request), course_id, at), "course")

        def resolve() -> Answer:
            row = findings.resolve_criterion(
                course_id=course.pk, criterion=body.criterion, reason=body.reason, actor=actor_of(request), at=at
            )
            return said(201, {"criterion": body.criterion, "resolved_at": row.at.isoformat()})

        return act_once(request, at=at, required=False, act=resolve)

    def problem_of(self, exc: Exception) -> Problem | None:
        """Name the criterion that this course's protocol does not have."""
        if isinstance(exc, UnknownFinding):
            allowed = "a criterion of the course's protocol"
            return unprocessable([FieldError("$.criterion", shown(exc.question), allowed)])
        return super().problem_of(exc)


def told(order: TestOrder) -> dict[str, object]:
    """The order as it goes on the wire."""
    return {
        "id": order.pk,
        "test": order.test,
        "ordered_at": order.ordered_at.isoformat(),
        "closed_at": order.closed_at.isoformat() if order.closed_at else None,
    }
