"""What happens on the demonstration ward, and when? A short list of turns, over and over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

FIRST_TURN = timedelta(seconds=60)
BETWEEN_TURNS = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that changes for one bed whose next dose may now read ``asks``.

    ``vitals`` are changes to what the monitor reads from now on (numbers are added to what it would read;
    empty: back to usual), ``below_target`` how far the systolic pressure lies below the target (0: as usual),
    ``laboratory`` values of a blood sample that comes back now, ``bolus_ml`` a fluid bolus charted, ``oxygen``
    the device charted with its flow in L/min.
    """

    name: str
    asks: tuple[str, ...]
    vitals: Mapping[str, int] | None = None
    below_target: int = 0
    laboratory: Mapping[str, Any] = field(default_factory=dict)
    bolus_ml: int = 0
    oxygen: tuple[str, int] | None = None


# Never two beds at once, and each bed a while in one state: a ward, not an alarm storm.
TURNS = (
    Turn("creatinine comes back high", ("CONTINUE", "REVIEW"), laboratory={"creatinine": Decimal("3.4")}),
    Turn("saturation falls", ("CONTINUE",), vitals={"spo2": -5}),
    Turn("oxygen helps", ("REVIEW", "UNDECIDED"), vitals={}, oxygen=("cannula", 2)),
    Turn("pressure falls below the target", ("CONTINUE", "REVIEW"), vitals={"heart_rate": 8}, below_target=6),
    Turn("a bolus brings the pressure back", ("HOLD",), vitals={}, bolus_ml=250),
    Turn("creatinine falls again", ("HOLD",), laboratory={"creatinine": Decimal("1.9")}),
)
# A turn that undoes another is about the same bed.
UNDOES = {"oxygen helps": "saturation falls", "a bolus brings the pressure back": "pressure falls below the target",
          "creatinine falls again": "creatinine comes back high"}  # fmt: skip


def turn_due(number: int, since_start: timedelta, *, speed: int) -> bool:
    """Whether turn ``number`` (from 0) is due this long after the start, told ``speed`` times as fast."""
    return since_start * speed >= FIRST_TURN + number * BETWEEN_TURNS
