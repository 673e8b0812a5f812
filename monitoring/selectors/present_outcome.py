"""What does the protocol say about a course's next dose at this instant? Run anew, nothing stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dosing.domain.assess import assess
from dosing.domain.outcome import CriterionResult, Missing, Outcome, State, outcome_token
from dosing.models import Course, Dose
from dosing.selectors.courses import next_dose, rules_of
from monitoring.selectors.evidence import snapshot_of


def present_outcome(course: Course, at: datetime) -> tuple[Dose, Outcome] | None:
    """Return the next dose and its outcome at ``at``; None when the course has no dose left to assess.

    While something is still being assessed the outcome is UNDECIDED at best, whatever else is known.
    """
    dose = next_dose(course)
    if dose is None:
        return None
    rules = rules_of(course)
    snapshot = snapshot_of(course, dose, at=at)
    return dose, assess(snapshot, rules.protocol, rules.inputs.value, rules.overlay)


def told(course: Course, at: datetime) -> dict[str, Any]:
    """Return the present outcome as it goes on the wire; ``dose`` None when no dose is left."""
    found = present_outcome(course, at)
    if found is None:
        return {"course": course.pk, "at": at.isoformat(), "dose": None, "verdict": None}
    dose, outcome = found
    return {
        "course": course.pk,
        "at": at.isoformat(),
        "dose": {"id": dose.pk, "number": dose.number, "due_at": dose.due_at.isoformat(), "status": dose.status},
        "verdict": outcome.verdict.value,
        "being_assessed": course.is_being_assessed,
        "outcome_token": outcome_token(outcome),
        "valid_until": _instant(outcome.valid_until),
        "why": list(outcome.why),
        "met": list(outcome.met),
        "unknown": list(outcome.unknown),
        "criteria": _criteria(outcome.results),
        "missing": [_missing(one) for one in outcome.missing],
        "protocol_sha256": outcome.protocol_sha256,
        "inputs_hash": outcome.inputs_hash,
    }


def _criteria(results: Iterable[CriterionResult]) -> list[dict[str, Any]]:
    order = {State.MET: 0, State.UNKNOWN: 1, State.NOT_MET: 2}
    return [_criterion(one) for one in sorted(results, key=lambda one: (order[one.state], one.id))]


def _criterion(one: CriterionResult) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state.value,
        "kind": one.kind,
        "label": one.label,
        "input": one.input,
        "organ_system": one.organ_system,
        "limit": one.limit,
        "value": one.value,
        "observed_at": _instant(one.observed_at),
        "reason": one.reason,
        "source": one.source,
        "verification": one.verification,
    }


def _missing(one: Missing) -> dict[str, Any]:
    return {
        "input": one.input,
        "label": one.label,
        "reason": one.reason,
        "last_value": one.last_value,
        "last_observed_at": _instant(one.last_observed_at),
        "needed_within_h": one.needed_within_h,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
