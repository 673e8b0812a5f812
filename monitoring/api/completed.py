"""An admin finds a completed course, reads it dose by dose, signs it off, takes it out, and has the log walked."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.models import Course
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.audit.services import kept_checks, reads
from il2ward.http.credentials import actor_of, person_of
from il2ward.http.endpoint import said, sent
from il2ward.live import services as live
from il2ward.staff.services import reauthentication
from monitoring.api.hospital import HospitalsAct
from monitoring.api.hospital_payloads import CourseSignOffBody
from monitoring.api.refusing import found
from monitoring.api.setup_numbers import day
from monitoring.models import CourseReview
from monitoring.selectors import completed
from monitoring.selectors.course_account import unaccounted_of
from monitoring.selectors.course_record import Correction, CourseRecord, record_of
from monitoring.selectors.record_table import HEADER, csv_of, rows_of
from monitoring.services import course_reviews

FIELDS = [name.replace(" ", "_") for name in HEADER]


class CompletedAct(HospitalsAct):
    """Admins, for the ended courses of their own hospital."""

    def course(self, request: Request, course_id: int, at: datetime) -> Course:
        """Return the ended course in reach, else raise 404."""
        return found(completed.reachable(person_of(request), at).filter(pk=course_id).first(), "completed course")


class Completed(CompletedAct):
    """Admins, for the ended courses of their own hospital."""

    query: ClassVar[dict[str, str]] = {
        "who": "words of the patient's name, or the whole record number",
        "ward": "id of the last ward",
        "regimen": "key of the regimen",
        "ended": "why the course ended",
        "from": "first day on which it ended, such as 2026-03-01",
        "to": "last day on which it ended, inclusive",
        "signed": "yes or no",
    }

    def get(self, request: Request) -> HttpResponse:
        """List what is looked for, the newest first, at most a hundred; ``more`` says whether there are others."""
        wanted = completed.wanted_in(request.GET)
        for name in ("from", "to"):
            if text := request.GET.get(name, ""):
                day(text, f"?{name}")  # a page leaves out what is no day; a program is told
        rows, more = completed.found(person_of(request), wanted, clock.now())
        return sent(said(200, {"courses": [found_told(one) for one in rows], "more": more}))


class CompletedCourse(CompletedAct):
    """Admins, for the ended courses of their own hospital; that it was read is kept."""

    def get(self, request: Request, course_id: int) -> HttpResponse:
        """Tell the course dose by dose, the checklist of what is not accounted for, and who signed it off."""
        at, person = clock.now(), person_of(request)
        row = self.course(request, course_id, at)
        reads.note(user=person, patient=row.patient, page="completed course", at=at)
        return sent(said(200, record_told(record_of(row, at), at)))


class Table(CompletedAct):
    """Admins, for the ended courses of their own hospital; that it was taken out is in the log."""

    answers = "text/csv"

    def get(self, request: Request, course_id: int) -> HttpResponse:
        """Return the course as CSV, one dose a row."""
        at, person = clock.now(), person_of(request)
        row = self.course(request, course_id, at)
        reads.note(user=person, patient=row.patient, page="completed course as CSV", at=at)
        course_reviews.note_export(course=row, actor=actor_of(request), at=at)
        return HttpResponse(csv_of(record_of(row, at)), content_type="text/csv; charset=utf-8")


class CourseSignOff(CompletedAct):
    """Admins, for the ended courses of their own hospital, with their password."""

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """Sign the course off; ``accepted`` must be the keys of the checklist as it stands now, all of them."""
        at, body, person = clock.now(), self.read(request, CourseSignOffBody), person_of(request)
        row = self.course(request, course_id, at)
        reauthentication.prove(person, body.password, at)

        def sign(actor: Actor, at: datetime) -> dict[str, Any]:
            review = course_reviews.sign_off(
                course_id=row.pk, statement=body.statement, accepted=body.accepted, reauthenticated=True,
                actor=actor, at=at,
            )  # fmt: skip
            return review_told(review)

        return self.once(request, 201, at, sign)


class LogCheck(HospitalsAct):
    """Admins: whether the audit log is whole."""

    def get(self, request: Request) -> HttpResponse:  # noqa: ARG002
        """Tell what the last walk of the log found; ``check`` null: there has been none yet."""
        row = kept_checks.newest()
        told = {"at": row.at.isoformat(), "whole": row.whole, "events": row.events, "why": row.why} if row else None
        return sent(said(200, {"check": told}))

    def post(self, request: Request) -> HttpResponse:
        """Have the worker walk the log now; ask again in a moment."""

        def wake(actor: Actor, at: datetime) -> dict[str, Any]:  # noqa: ARG001
            live.wake(kept_checks.TASK)
            return {"state": "asked"}

        return self.once(request, 200, clock.now(), wake)


def found_told(one: completed.Found) -> dict[str, Any]:
    """One completed course of the list; ``signed_off`` null: nobody has signed it."""
    return {
        **course_told(one.course),
        "ward": one.ward,
        "given": one.given,
        "slots": one.slots,
        "signed_off": review_told(one.review) if one.review else None,
    }


def course_told(course: Course) -> dict[str, Any]:
    """What every answer here says of a course."""
    return {
        "id": course.pk,
        "mrn": course.patient.mrn,
        "patient": str(course.patient),
        "regimen": course.regimen.key,
        "ended_at": course.ended_at.isoformat() if course.ended_at else None,
        "end_reason": course.end_reason,
    }


def record_told(record: CourseRecord, at: datetime) -> dict[str, Any]:
    """The whole course; ``events_after_sign_off`` says how far the newest signature lies behind."""
    return {
        **course_told(record.course),
        "checklist": [{"key": one.key, "text": one.text} for one in unaccounted_of(record.course, at)],
        "sign_offs": [review_told(one) for one in record.reviews],
        "events_after_sign_off": record.behind,
        "doses": [dict(zip(FIELDS, map(cell, row), strict=True)) for row in rows_of(record)],
        "corrections": [correction_told(one) for one in record.corrections],
    }


def correction_told(one: Correction) -> dict[str, Any]:
    """A value that was changed or taken back; ``new`` "": taken back."""
    return asdict(one) | {"observed_at": one.observed_at.isoformat(), "at": one.at.isoformat()}


def review_told(review: CourseReview) -> dict[str, Any]:
    """A sign-off as it goes on the wire."""
    return {
        "id": review.pk,
        "by": review.by.display_name,
        "at": review.at.isoformat(),
        "statement": review.statement,
        "accepted": review.accepted,
    }


def cell(value: object) -> str | int | None:
    """Return one value of a dose's row: numbers and nothing as they are, the rest as text."""
    return value if value is None or isinstance(value, str | int) else str(value)
