"""A physician's word on one dose: give, release, override, hold, stop, refute, reinstate, late, delay."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.models import Decision, SlotMove
from il2ward import clock
from il2ward.http.credentials import Physician, actor_of, person_of
from il2ward.http.endpoint import act_once, said
from il2ward.http.shapes import instant
from il2ward.staff.services import reauthentication
from monitoring.api.items import read_uuid
from monitoring.api.payloads import DecisionBody
from monitoring.api.refusing import GateEndpoint, found, telling_what_stands
from monitoring.selectors import reach
from monitoring.services import gate


class Decisions(GateEndpoint):
    """Physicians of the patient's ward decide, once per Idempotency-Key."""

    permission_classes = [Physician]

    def post(self, request: Request, dose_id: int) -> HttpResponse:
        """Prove the password where it was given, then keep the decision bound to the outcome that was seen."""
        at, body, person = clock.now(), self.read(request, DecisionBody), person_of(request)
        dose = found(reach.dose(person, dose_id, at), "dose")
        due_at = None if body.due_at is None else instant(body.due_at, path="$.due_at")
        repeat = read_uuid(body.repeat_observation, "$.repeat_observation") if body.repeat_observation else None
        if body.password is not None:
            reauthentication.prove(person, body.password, at)

        def decide() -> Decision:
            return gate.decide(
                dose_id=dose_id, kind=body.kind, outcome_token=body.outcome_token, reason_code=body.reason_code,
                reason_text=body.reason_text, reauthenticated=body.password is not None, actor=actor_of(request),
                at=at, repeat_observation=repeat, due_at=due_at,
            )  # fmt: skip

        return telling_what_stands(
            dose.cycle.course_id,
            at,
            lambda: act_once(request, at=at, required=True, act=lambda: said(201, decision_told(decide()))),
        )


def decision_told(decision: Decision) -> dict[str, Any]:
    """Return the decision as it goes on the wire; ``moves`` are the slots whose due time it moved."""
    return {
        "id": decision.pk,
        "dose": decision.dose_id,
        "kind": decision.kind,
        "outcome_token": decision.outcome_token,
        "at": decision.at.isoformat(),
        "expires_at": decision.expires_at.isoformat() if decision.expires_at else None,
        "reason_code": decision.reason_code,
        "reason_text": decision.reason_text,
        "moves": [move_told(one) for one in decision.moves.select_related("dose").order_by("dose__number")],
    }


def move_told(move: SlotMove) -> dict[str, Any]:
    """Return one moved due time as it goes on the wire; a lost slot is not given any more."""
    return {
        "dose": move.dose_id,
        "number": move.dose.number,
        "due_before_at": move.due_before_at.isoformat(),
        "due_after_at": move.due_after_at.isoformat(),
        "is_lost": move.is_lost,
    }
