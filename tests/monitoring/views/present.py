"""How does a test put a present outcome on the board without running the engine?"""

from __future__ import annotations

from datetime import datetime

from dosing.domain.verdict import Verdict
from dosing.models import Assessment, Dose
from dosing.selectors.outcomes import outcome_to_json
from monitoring.models import PresentOutcome
from tests.dosing.builders import make_assessment, make_outcome


def says(
    dose: Dose, verdict: Verdict, *, at: datetime, met: tuple[str, ...] = (), kind: str = "relative"
) -> Assessment:
    """Let the newest run for ``dose``, made at ``at``, have said ``verdict``; a CONTINUE holds for an hour."""
    outcome = make_outcome(verdict, at=at, met=met, kind=kind)
    row = make_assessment(dose, outcome, at=at)
    PresentOutcome.objects.update_or_create(
        course_id=dose.cycle.course_id,
        defaults={
            "dose": dose,
            "at": at,
            "verdict": outcome.verdict.value,
            "valid_until": outcome.valid_until,
            "outcome": outcome_to_json(outcome),
            "outcome_token": row.outcome_token,
            "assessment": row,
        },
    )
    return row
