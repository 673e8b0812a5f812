"""An alert is sent once, again when worse, reminded of when nobody looks, and closed only when seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.domain.verdict import Verdict
from monitoring.domain.alerts import (
    AlertFacts,
    Priority,
    Reason,
    Sent,
    State,
    notify_reason,
    priority_of,
    reopens,
    state_of,
)  # fmt: skip
from tests.monitoring.domain.build import AT

MINUTE = timedelta(minutes=1)
LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH


def _alert(priority: Priority = HIGH, *, acknowledged: bool = False, gone: bool = False) -> AlertFacts:
    return AlertFacts(priority, AT, AT + MINUTE if acknowledged else None, AT + 2 * MINUTE if gone else None)


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.STOP_PERMANENT, HIGH),
        (Verdict.STOP_CYCLE, HIGH),
        (Verdict.HOLD, HIGH),
        (Verdict.UNDECIDED, MEDIUM),
        (Verdict.REVIEW, MEDIUM),
        (Verdict.CONTINUE, None),
    ],
)
def test_priority_follows_the_verdict(verdict: Verdict, expected: Priority | None) -> None:
    assert priority_of(verdict) is expected


@pytest.mark.parametrize(
    ("acknowledged", "gone", "expected"),
    [
        (False, False, State.RAISED),
        (True, False, State.ACKNOWLEDGED),
        (False, True, State.CLEARED_UNACKNOWLEDGED),
        (True, True, State.CLEARED),
    ],
)
def test_alert_is_cleared_only_when_its_condition_is_gone_and_somebody_has_seen_it(
    acknowledged: bool, gone: bool, expected: State
) -> None:
    assert state_of(_alert(acknowledged=acknowledged, gone=gone)) is expected


@pytest.mark.parametrize(
    ("before", "gone", "after", "adds_reason", "expected"),
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
    before: Priority, gone: bool, after: Priority, adds_reason: bool, expected: bool
) -> None:
    alert = _alert(before, acknowledged=True, gone=gone)

    assert reopens(alert, priority=after, adds_reason=adds_reason) is expected


REPEAT = 10 * MINUTE
FIRST = Sent(Reason.FIRST, HIGH, AT)


@pytest.mark.parametrize(
    ("alert", "last", "minutes", "expected"),
    [
        pytest.param(_alert(), None, 0, Reason.FIRST, id="never sent"),
        pytest.param(_alert(), Sent(Reason.RESOLVED, HIGH, AT), 1, Reason.FIRST, id="back after it was resolved"),
        pytest.param(_alert(), FIRST, 9, None, id="sent a moment ago"),
        pytest.param(_alert(), FIRST, 10, Reason.REPEAT, id="unseen for the whole interval"),
        pytest.param(_alert(acknowledged=True), FIRST, 60, None, id="seen"),
        pytest.param(
            _alert(acknowledged=True), Sent(Reason.FIRST, MEDIUM, AT), 1, Reason.WORSENED, id="worse though seen"
        ),
        pytest.param(_alert(MEDIUM), FIRST, 1, None, id="milder"),
        pytest.param(_alert(gone=True), FIRST, 1, Reason.RESOLVED, id="over"),
        pytest.param(_alert(gone=True), Sent(Reason.RESOLVED, HIGH, AT), 60, None, id="over and told"),
        pytest.param(_alert(gone=True), None, 60, None, id="over before it was ever told"),
    ],
)
def test_alert_is_sent_for_one_reason_or_not_at_all(
    alert: AlertFacts, last: Sent | None, minutes: int, expected: Reason | None
) -> None:
    assert notify_reason(alert, last, at=AT + minutes * MINUTE, repeat=REPEAT) is expected
