"""What a course brings to its grades: its rules, its pressure target and its baselines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from dosing.domain.snapshot import Reading
from monitoring.domain.ctcae import Ctcae
from monitoring.domain.observable import Observables


@dataclass(frozen=True, slots=True)
class GradingContext:
    """What a course brings to its grades.

    ``target_sbp`` (mmHg) None: not set. ``baselines`` are the last values before the course's first dose; a
    draw at or before its baseline is itself a baseline draw and graded against ULN/LLN alone.
    ``max_age`` overrides how old a value may be per observable. A fluid bolus counts in the rule's window
    (8 h, inclusive), or since ``previous_dose_started_at`` when that is longer ago.
    """

    ctcae: Ctcae
    observables: Observables
    target_sbp: Decimal | None = None
    baselines: Mapping[str, Reading] = field(default_factory=dict)
    max_age: Mapping[str, timedelta] = field(default_factory=dict)
    previous_dose_started_at: datetime | None = None

    def age_limit(self, observable: str) -> timedelta:
        known = self.observables.get(observable)
        return self.max_age.get(observable) or (known.max_age if known is not None else timedelta(0))
