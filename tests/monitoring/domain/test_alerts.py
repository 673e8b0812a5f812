"""An alert asks again when it is worse, back, or high with a new reason."""

from __future__ import annotations

import pytest

from monitoring.domain.alerts import Priority, reopens

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH


@pytest.mark.parametrize(
    ("was", "came_back", "now", "adds_reason", "expected"),
    [
        (MEDIUM, False, HIGH, False, True),
        (HIGH, False, HIGH, False, False),
        (HIGH, False, HIGH, True, True),
        (MEDIUM, False, MEDIUM, True, False),
        (HIGH, False, MEDIUM, True, False),
        (HIGH, True, LOW, False, True),
    ],
)
def test_alert_reopens_when_worse_back_or_high_with_a_new_reason(
    was: Priority, came_back: bool, now: Priority, adds_reason: bool, expected: bool
) -> None:
    assert reopens(was, now, came_back=came_back, adds_reason=adds_reason) is expected
