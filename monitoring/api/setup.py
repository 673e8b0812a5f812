"""A physician opens a course, writes its target, starts, corrects and ends its cycles, and ends it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.models import Course, Cycle
from dosing.rules.loader import RuleFileRefused
from dosing.services import courses, cycles, planning, rules
from dosing.services.cycles import CheckAnswer
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http.credentials import Physician, actor_of, person_of
from il2ward.http.problems import Problem
from il2ward.http.shapes import instant
from monitoring.api.refusing import OnceOnly, found
from monitoring.api.setup_numbers import decimal, maybe_decimal, whole
from monitoring.api.setup_payloads import CourseBody, CycleBody, EndReasonBody, SizeBody, TargetBody
from monitoring.selectors import reach, setup_reach
from monitoring.selectors.setup_choices import rules_for

NO_OVERLAY = "none"


class PhysiciansAct(OnceOnly):
    """What every act here shares: physicians of the patient's ward, once per Idempotency-Key."""

    permission_classes = [Physician]

    def course(self, request: Request, course_id: int, at: datetime) -> Course:
        """Return the course in reach, else raise 404."""
        return found(reach.course(person_of(request), course_id, at), "course")

    def cycle(self, request: Request, cycle_id: int, at: datetime) -> Cycle:
        """Return the cycle in reach, else raise 404."""
        return found(setup_reach.cycle(person_of(request), cycle_id, at), "cycle")


class Courses(PhysiciansAct):
    """The patient's next course."""

    def post(self, request: Request, patient_id: UUID) -> HttpResponse:
        """Open it with the newest released version of each rule pinned."""
        at, body = clock.now(), self.read(request, CourseBody)
        patient = found(reach.patient_by_id(actor_of(request), patient_id, at), "patient")
        target = whole(body.target_sbp, "$.target_sbp")

        def act(actor: Actor, at: datetime) -> dict[str, Any]:
            overlay = "" if body.overlay == NO_OVERLAY else body.overlay
            loaded = rules_for(
                site=patient.site,
                regimen=body.regimen,
                protocol=body.protocol,
                overlay=overlay,
                ctcae_version=body.ctcae,
            )
            rows = {name: rules.adopt(one, kind, at) for name, (kind, one) in loaded.items()}
            return told(courses.open_course(patient=patient, target_sbp=target, actor=actor, at=at, **rows))

        return self.once(request, 201, at, act)

    def problem_of(self, exc: Exception) -> Problem | None:
        """Name the rule that this release does not have."""
        if isinstance(exc, RuleFileRefused):
            return Problem(422, "no-such-rules", f"{str(exc).capitalize()}.")
        return super().problem_of(exc)


class Target(PhysiciansAct):
    """The systolic target."""

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """Write it."""
        at, body = clock.now(), self.read(request, TargetBody)
        course, target = self.course(request, course_id, at), whole(body.target_sbp, "$.target_sbp") or 0
        return self.once(
            request,
            200,
            at,
            lambda actor, at: told(courses.set_target(course=course, target_sbp=target, actor=actor, at=at)),
        )


class Cycles(PhysiciansAct):
    """The course's next cycle."""

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """Start it: every check signed, weight fixed, doses planned."""
        at, body = clock.now(), self.read(request, CycleBody)
        course = self.course(request, course_id, at)
        starts_at = instant(body.starts_at, path="$.starts_at")
        weight = decimal(body.dosing_weight_kg, "$.dosing_weight_kg")
        height = maybe_decimal(body.height_cm, "$.height_cm")
        cells_at = None if body.cells_infused_at is None else instant(body.cells_infused_at, path="$.cells_infused_at")
        checks = {item: CheckAnswer(check.answer, check.note) for item, check in body.checks.items()}
        return self.once(
            request,
            201,
            at,
            lambda actor, at: cycle_told(
                cycles.start(
                    course=course, starts_at=starts_at, dosing_weight_kg=weight, height_cm=height,
                    cells_infused_at=cells_at, checks=checks, actor=actor, at=at,
                )
            ),
        )  # fmt: skip


class Size(PhysiciansAct):
    """Weight and height of a cycle of which no dose has begun."""

    def post(self, request: Request, cycle_id: int) -> HttpResponse:
        """Put them right; the doses are planned and to be worked out anew."""
        at, body = clock.now(), self.read(request, SizeBody)
        cycle = self.cycle(request, cycle_id, at)
        weight = decimal(body.dosing_weight_kg, "$.dosing_weight_kg")
        height = maybe_decimal(body.height_cm, "$.height_cm")
        return self.once(
            request,
            200,
            at,
            lambda actor, at: cycle_told(
                planning.correct_size(
                    cycle=cycle, dosing_weight_kg=weight, height_cm=height, reason=body.reason, actor=actor, at=at
                )
            ),
        )


class CycleEnd(PhysiciansAct):
    """The end of a cycle."""

    def post(self, request: Request, cycle_id: int) -> HttpResponse:
        """End it for a coded reason."""
        at, body = clock.now(), self.read(request, EndReasonBody)
        cycle = self.cycle(request, cycle_id, at)
        return self.once(
            request,
            200,
            at,
            lambda actor, at: cycle_told(cycles.end(cycle=cycle, reason=body.reason, actor=actor, at=at)),
        )


class CourseEnd(PhysiciansAct):
    """The end of a course, and of its open cycle with it."""

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """End it for a coded reason."""
        at, body = clock.now(), self.read(request, EndReasonBody)
        course = self.course(request, course_id, at)
        return self.once(
            request,
            200,
            at,
            lambda actor, at: told(courses.end_course(course=course, reason=body.reason, actor=actor, at=at)),
        )


def told(course: Course) -> dict[str, Any]:
    """The course as it goes on the wire."""
    return {
        "id": course.pk,
        "number": course.number,
        "status": course.status,
        "target_sbp": course.target_sbp,
        "regimen": course.regimen.key,
        "protocol": course.protocol.key,
        "end_reason": course.end_reason,
    }


def cycle_told(cycle: Cycle) -> dict[str, Any]:
    """The cycle as it goes on the wire; never its weight or dose, which a second person must not be shown."""
    return {
        "id": cycle.pk,
        "course": cycle.course_id,
        "number": cycle.number,
        "status": cycle.status,
        "starts_at": cycle.starts_at.isoformat(),
        "end_reason": cycle.end_reason,
    }
