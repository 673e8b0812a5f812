"""GET of what was charted with every version of it; POST of what puts a value or a bedside answer right."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.audit.services import reads
from il2ward.http.credentials import Clinician, Reader, actor_of, person_of
from il2ward.http.endpoint import said, sent
from il2ward.http.problems import FieldError, Problem, shown
from il2ward.http.shapes import WrongShape, instant, unprocessable
from il2ward.staff.models import Role
from monitoring.api.items import not_in_future, number_text, read_uuid
from monitoring.api.payloads import AnswerCorrectionBody, CorrectionBody
from monitoring.api.refusing import GateEndpoint, OnceOnly, found
from monitoring.models import Observation
from monitoring.selectors import chains, reach
from monitoring.selectors.charted import MOST_SKIPPED, SPANS, Fact, ValueVersion, Wanted, charted_of
from monitoring.services import corrections, finding_corrections
from monitoring.services.corrections import TAKEN_BACK, Change
from monitoring.services.findings import UnknownFinding

BY_WORDS = {"people": "charted", "laboratory": "laboratory", "monitors": "device", "": ""}


class Charted(GateEndpoint):
    """Everybody on the staff who sees the patient's ward."""

    permission_classes = [Reader]
    query: ClassVar[dict[str, str]] = {
        "what": "an observable; left out, all",
        "span": f"how far back: {', '.join(SPANS)}; left out, 24h",
        "by": "people, laboratory or monitors; left out, everybody but the monitors",
        "skip": "`next` of the page before",
    }

    def get(self, request: Request, course_id: int) -> HttpResponse:
        """List each value once with every version of it, newest first, 40 at a time; that they were read is kept."""
        at, person = clock.now(), person_of(request)
        wanted = wanted_of(request)
        course = found(reach.course(person, course_id, at), "course")
        reads.note(user=person, patient=course.patient, page="charted values", at=at)
        page = charted_of(course, wanted, at, is_physician=person.role == Role.PHYSICIAN)
        told = {
            "course": course.pk,
            "since": page.since.isoformat() if page.since else None,
            "values": [fact_told(one) for one in page.facts],
            "next": page.next_skip if page.has_more else None,
        }
        return sent(said(200, told))


class Correction(OnceOnly):
    """Nurses and physicians of the patient's ward; who may correct what, the service decides."""

    permission_classes = [Clinician]

    def post(self, request: Request, observation_id: UUID) -> HttpResponse:
        """Store the next version of the value, or that it never was; the one that was seen stays readable.

        409 `another-version-stands` when somebody was faster.
        """
        at, body = clock.now(), self.read(request, CorrectionBody)
        row = found(reach.observation(actor_of(request), observation_id, at), "observation")
        change = change_of(body, at)

        def store(actor: Actor, at: datetime) -> dict[str, Any]:
            first = chains.first_of(row)
            if body.status == TAKEN_BACK:
                made = corrections.take_back(first=first, seen=body.seen, reason=body.reason, actor=actor, at=at)
            else:
                made = corrections.put_right(
                    first=first, seen=body.seen, change=change, reason=body.reason, actor=actor, at=at
                )
            return {**row_told(made), "observation": str(first.pk), "version": body.seen + 1}

        return self.once(request, 201, at, store)


class AnswerCorrection(OnceOnly):
    """Nurses and physicians of the patient's ward; what only a physician ends, only a physician puts right."""

    permission_classes = [Clinician]

    def post(self, request: Request, course_id: int) -> HttpResponse:
        """Strike one answer of a round and keep what was really found; both stay readable."""
        at, body = clock.now(), self.read(request, AnswerCorrectionBody)
        course = found(reach.course(person_of(request), course_id, at), "course")
        round_id = read_uuid(body.round, "$.round")

        def store(actor: Actor, at: datetime) -> dict[str, Any]:
            rows = finding_corrections.correct(
                course_id=course.pk, round_id=round_id, question=body.question, option=body.option or "",
                reason=body.reason, actor=actor, at=at,
            )  # fmt: skip
            stands = [one for one in rows if one.entered_in_error_id is None]
            kept = [{"id": str(one.pk), "criterion": one.criterion, "state": one.state} for one in stands]
            return {"struck": len(rows) - len(stands), "findings": kept}

        return self.once(request, 201, at, store)

    def problem_of(self, exc: Exception) -> Problem | None:
        """Name the option that the question does not have."""
        if isinstance(exc, UnknownFinding):
            return unprocessable([FieldError("$.option", shown(exc.option), "an option of the question")])
        return super().problem_of(exc)


def wanted_of(request: Request) -> Wanted:
    """Return what the query asks for; raises WrongShape for what it cannot mean."""
    asked = request.query_params
    span, by, skip = asked.get("span", "24h"), asked.get("by", ""), asked.get("skip", "0")
    if span not in SPANS:
        raise WrongShape([FieldError("span", shown(span), f"one of {', '.join(SPANS)}")])
    if by not in BY_WORDS:
        raise WrongShape([FieldError("by", shown(by), "one of people, laboratory, monitors")])
    if not (skip.isascii() and skip.isdigit() and int(skip[:9]) <= MOST_SKIPPED):
        raise WrongShape([FieldError("skip", shown(skip), "`next` of the page before")])
    return Wanted(span=span, by=BY_WORDS[by], observable=asked.get("what", "")[:40], skip=int(skip[:9]))


def change_of(body: CorrectionBody, at: datetime) -> Change:
    """Return what the next version says otherwise; raises WrongShape for a time that cannot be."""
    observed = None if body.observed_at is None else not_in_future(body.observed_at, at, path="$.observed_at")
    return Change(
        value=None if body.value is None else number_text(body.value),
        code=body.coded,
        comparator=body.comparator,
        unit=body.unit,
        range_low=None if body.range_low is None else number_text(body.range_low, most=40),
        range_high=None if body.range_high is None else number_text(body.range_high, most=40),
        observed_at=observed,
        interval_start=None if body.interval_start is None else instant(body.interval_start, path="$.interval_start"),
    )


def fact_told(fact: Fact) -> dict[str, Any]:
    """One value as it goes on the wire; ``may`` is what whoever asks may do to it."""
    return {
        "observation": fact.id,
        "name": fact.name,
        "version": fact.newest.number,
        "taken_back": fact.is_taken_back,
        "may": fact.right.value,
        "versions": [version_told(one) for one in fact.versions],
    }


def version_told(one: ValueVersion) -> dict[str, Any]:
    """One version as it goes on the wire."""
    return {
        **row_told(one.row), "version": one.number, "by": one.who, "note": one.note, "entered_late": one.entered_late
    }  # fmt: skip


def row_told(row: Observation) -> dict[str, Any]:
    """One stored row: what it says, when it was so, when it was told, and why it took another's place."""
    return {
        "id": str(row.pk),
        "observable": row.observable,
        "value": f"{row.comparator}{row.value}" or row.code,
        "unit": row.unit,
        "status": row.status,
        "observed_at": row.observed_at.isoformat(),
        "interval_start": row.interval_start.isoformat() if row.interval_start else None,
        "recorded_at": row.recorded_at.isoformat(),
        "reason": row.reason,
    }
