"""Whose limits count as limits of normal when a stored observation is read?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from monitoring.models import Observation
from monitoring.selectors.raw import reading_of, released_observables
from tests.dosing.builders import NOW


@pytest.mark.parametrize(
    ("observable", "value", "unit", "counts"),
    [
        ("creatinine", "1.9", "mg/dL", True),
        ("spo2", "91", "%", False),
        ("heart_rate", "120", "/min", False),
        ("bp_systolic", "88", "mm[Hg]", False),
        ("weight", "80", "kg", False),
    ],
)
def test_range_sent_along_counts_only_for_a_laboratory_result(
    observable: str, value: str, unit: str, counts: bool
) -> None:
    row = Observation(
        observable=observable, value=value, unit=unit, observed_at=NOW, status="final", origin="device",
        range_low="0.6", range_high="1.2",
    )  # fmt: skip

    reading = reading_of(row, released_observables(), Decimal(70))

    assert (reading.uln is not None, reading.lln is not None) == (counts, counts)
