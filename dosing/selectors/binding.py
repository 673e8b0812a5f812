"""Does a physician's word still stand, or has something new been found since it was given?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dosing.models import Assessment, Decision, Dose

BOUND_TO_THE_OUTCOME = ("give", "override")


def newest_assessment_of(dose: Dose) -> Assessment | None:
    """Return the dose's newest stored assessment; None when it was never assessed."""
    return Assessment.objects.filter(dose=dose).order_by("-id").first()


def still_stands(decision: Decision, at: datetime) -> bool:
    """Whether the decision has neither expired nor been voided at ``at``.

    ``expires_at`` is exclusive. Any criterion, met or unknown, that the physician did not see voids it; a delay of the
    dose voids a give or override that was said before it, for another time.
    """
    if decision.expires_at is not None and at >= decision.expires_at:
        return False
    if decision.kind in BOUND_TO_THE_OUTCOME and _was_delayed_since(decision):
        return False
    seen = _ids([decision.assessment])
    later = Assessment.objects.filter(dose_id=decision.dose_id, pk__gt=decision.assessment_id).only("met", "unknown")
    return _ids(later) <= seen


def valid_decision(dose: Dose, outcome_token: str, at: datetime) -> Decision | None:
    """Return the newest unused *give* or *override* bound to exactly this outcome that still stands; else None."""
    made = Decision.objects.filter(
        dose=dose, kind__in=BOUND_TO_THE_OUTCOME, outcome_token=outcome_token, used_for__isnull=True
    )
    for decision in made.select_related("assessment", "by").order_by("-id"):
        if still_stands(decision, at):
            return decision
    return None


def standing_order(dose: Dose, kind: str, at: datetime) -> Decision | None:
    """Return the newest decision of ``kind`` for the dose that still stands (release, order_late); else None."""
    for decision in Decision.objects.filter(dose=dose, kind=kind).select_related("assessment").order_by("-id"):
        if still_stands(decision, at):
            return decision
    return None


def _was_delayed_since(decision: Decision) -> bool:
    return Decision.objects.filter(dose_id=decision.dose_id, kind="delay", pk__gt=decision.pk).exists()


def _ids(assessments: Iterable[Assessment]) -> set[str]:
    return {found for one in assessments for found in (*one.met, *one.unknown)}
