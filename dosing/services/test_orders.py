"""How is a test ordered, and when is its order over?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dosing.models import Course, TestOrder
from dosing.models.test_order import TESTS
from dosing.services import courses
from dosing.services.people import require_clinician
from dosing.services.refusals import CourseEnded, Invalid, Refused
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor
from il2ward.live import services as live


class OrderIsClosed(Refused):
    """The order was closed before."""


@transaction.atomic
def place(*, course_id: int, test: str, actor: Actor, at: datetime) -> TestOrder:
    """Keep that ``test`` is ordered: until it is answered, the dose's assessment cannot take it for "not done".

    Ordering what is on order already returns the standing order. Refuses a test the protocols do not know.
    """
    course = courses.locked(course_id)
    by = require_clinician(actor, course.patient, at)
    if course.status == "ended":
        raise CourseEnded("The course has ended; nothing is ordered for it any more.")
    if test not in TESTS:
        raise Invalid(f"The test must be one of {', '.join(TESTS)}.")
    standing = TestOrder.objects.filter(course=course, test=test, closed_at=None).first()
    if standing is not None:
        return standing
    order = TestOrder.objects.create(course=course, test=test, ordered_at=at, ordered_by=by)
    _tell(course, "test.ordered", order, actor=actor, at=at)
    return order


@transaction.atomic
def close(*, order_id: int, reason: str, actor: Actor, at: datetime) -> TestOrder:
    """Close an order with its reason: answered, done on paper, not needed. The finding itself is charted apart."""
    course = courses.locked(TestOrder.objects.values_list("course_id", flat=True).get(pk=order_id))
    by = require_clinician(actor, course.patient, at)
    order = TestOrder.objects.select_for_update(of=("self",)).get(pk=order_id)
    if order.closed_at is not None:
        raise OrderIsClosed("This order is closed already.")
    if not reason.strip():
        raise Invalid("Say why the order is over: what was found, or why it is not needed.")
    order.closed_at, order.closed_by, order.reason = at, by, reason.strip()[:200]
    order.save()
    _tell(course, "test.order_closed", order, actor=actor, at=at)
    return order


def _tell(course: Course, event: str, order: TestOrder, *, actor: Actor, at: datetime) -> None:
    courses.evidence_arrived(course, at)
    live.wake(courses.GRADE_COURSE, course_id=course.pk)
    note_course(course, event, actor=actor, at=at, body={"order": order.pk, "test": order.test, "reason": order.reason})
