"""How does a demonstration bed look at one moment: its model patient, its overrides, its usual findings?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from dosing.domain.protocol import Protocol, Question
from monitoring.services.findings import NewAnswer
from monitoring.simulation.demo_ward import DemoBed
from monitoring.simulation.person import Person, Values, person
from monitoring.simulation.susceptibility import Susceptibility
from monitoring.simulation.toxicity import values

HOUR_S = 3600


def model_of(bed: DemoBed, seed: int) -> Person:
    """Return the bed's model patient: one who takes the drug well, so that only the story moves the verdict."""
    random = Random(f"{seed}:{bed.mrn}")  # noqa: S311 - invented patients, not secrets
    return person(Susceptibility({}), random, weight_kg=bed.weight_kg)


def present(
    model: Person, *, at: datetime, doses: Sequence[datetime], seed: str, overrides: Mapping[str, Any] | None = None
) -> Values:
    """Return what would be measured at ``at`` after doses started at ``doses``, with the story's overrides."""
    origin = doses[0] if doses else at
    hours = [_hours(start, origin) for start in doses]
    measured = values(model, hour=_hours(at, origin), doses=hours, seed=seed)
    return replace(measured, **(overrides or {}))


def usual_findings(protocol: Protocol, found: Mapping[str, str]) -> list[NewAnswer]:
    """Answer every question of the protocol: as in ``found``, else the first option under which nothing is present."""
    return [NewAnswer(one.id, found.get(one.id) or _usual(one)) for one in protocol.questions]


def _usual(question: Question) -> str:
    return next(option.id for option in question.options if not option.present)


def _hours(later: datetime, earlier: datetime) -> Decimal:
    return Decimal(int((later - earlier).total_seconds())) / HOUR_S
