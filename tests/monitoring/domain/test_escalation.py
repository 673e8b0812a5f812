"""Whose turn it is, for how long, and which hours nobody covers: both sides of every limit."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.domain.alerts import Priority
from monitoring.domain.escalation import (
    Climb,
    Rung,
    Span,
    ack_expires_at,
    climb,
    gaps,
    needs_physician,
    step_due_at,
)
from monitoring.domain.outward import Message, retry_after
from tests.monitoring.domain.build import AT

MINUTE = timedelta(minutes=1)
LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH
BOTH = (Rung.FIRST, Rung.SECOND)


@pytest.mark.parametrize(
    ("place", "on_call", "expected"),
    [
        (0, BOTH, Climb(Rung.FIRST)),
        (1, BOTH, Climb(Rung.SECOND)),
        (2, BOTH, Climb(Rung.FALLBACK)),
        (3, BOTH, Climb(Rung.FALLBACK)),
        (0, (Rung.SECOND,), Climb(Rung.SECOND, (Rung.FIRST,))),
        (0, (), Climb(Rung.FALLBACK, BOTH)),
        (1, (Rung.FIRST,), Climb(Rung.FALLBACK, (Rung.SECOND,))),
    ],
)
def test_alert_climbs_to_the_next_rung_with_somebody_on_it(
    place: int, on_call: tuple[Rung, ...], expected: Climb
) -> None:
    assert climb(place, on_call) == expected


def test_climb_says_whom_nobody_stood_in_for() -> None:
    assert climb(0, ()).says() == (
        "There is no physician on call. There is no second physician. Now with the ward's last resort."
    )


@pytest.mark.parametrize(("priority", "minutes"), [(HIGH, 5), (MEDIUM, 15)])
def test_unanswered_alert_goes_on_after_its_time(priority: Priority, minutes: int) -> None:
    assert step_due_at(priority, since=AT) == AT + minutes * MINUTE


def test_climb_names_who_is_on_call() -> None:
    assert climb(0, BOTH).says("Dr Haas") == "Now with the physician on call, Dr Haas."


def test_low_alert_never_leaves_the_bedside() -> None:
    assert step_due_at(LOW, since=AT) is None


@pytest.mark.parametrize(("priority", "minutes"), [(HIGH, 15), (MEDIUM, 60), (LOW, 240)])
def test_acknowledgement_lapses_by_priority(priority: Priority, minutes: int) -> None:
    assert ack_expires_at(priority, acknowledged_at=AT, due_at=None) == AT + minutes * MINUTE


@pytest.mark.parametrize(
    ("due_in", "lapses_in"),
    [(91, 60), (90, 60), (89, 59), (31, 1), (30, 60), (29, 60), (-10, 60)],
    ids=["far", "just fits", "a minute short", "one minute left", "at the limit", "past it", "overdue"],
)
def test_acknowledgement_of_a_dose_lapses_half_an_hour_before_it_is_due(due_in: int, lapses_in: int) -> None:
    lapses_at = ack_expires_at(MEDIUM, acknowledged_at=AT, due_at=AT + due_in * MINUTE)

    assert lapses_at == AT + lapses_in * MINUTE


@pytest.mark.parametrize(
    ("place", "priority", "expected"),
    [(0, HIGH, False), (1, HIGH, True), (1, MEDIUM, True), (3, HIGH, True), (1, LOW, False)],
)
def test_only_a_physician_answers_what_has_left_the_bedside(place: int, priority: Priority, expected: bool) -> None:
    assert needs_physician(place, priority) is expected


def span(start: int, end: int) -> Span:
    return Span(AT + start * MINUTE, AT + end * MINUTE)


@pytest.mark.parametrize(
    ("shifts", "expected"),
    [
        pytest.param([], [span(0, 60)], id="nobody"),
        pytest.param([span(-10, 70)], [], id="all covered"),
        pytest.param([span(0, 60)], [], id="exactly covered"),
        pytest.param([span(0, 59)], [span(59, 60)], id="a minute short"),
        pytest.param([span(1, 60)], [span(0, 1)], id="a minute late"),
        pytest.param([span(0, 30), span(30, 60)], [], id="end to end"),
        pytest.param([span(31, 60), span(0, 30)], [span(30, 31)], id="a minute between, in any order"),
        pytest.param([span(0, 50), span(10, 20)], [span(50, 60)], id="one inside another"),
        pytest.param([span(70, 90)], [span(0, 60)], id="only later"),
    ],
)
def test_gaps_are_what_no_shift_covers(shifts: list[Span], expected: list[Span]) -> None:
    assert list(gaps(shifts, span(0, 60))) == expected


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(-20, 80), st.integers(1, 40)), max_size=6))
def test_every_minute_is_in_a_shift_or_in_a_gap_and_never_in_both(pairs: list[tuple[int, int]]) -> None:
    shifts = [span(start, start + length) for start, length in pairs]
    open_spans = gaps(shifts, span(0, 60))

    def within(spans: list[Span] | tuple[Span, ...], instant: datetime) -> bool:
        return any(one.from_at <= instant < one.until_at for one in spans)

    for minute in range(60):
        instant = AT + minute * MINUTE
        assert within(shifts, instant) is not within(open_spans, instant)


def test_message_carries_ward_bed_severity_and_link_and_nothing_else() -> None:
    message = Message("7", "high", "6 East", "3", "https://il2ward.example/alerts/")

    assert message.subject == "il2ward high priority: 6 East, bed 3"
    assert message.body.endswith("https://il2ward.example/alerts/\n")


def test_a_message_is_tried_seven_times() -> None:
    waits = [retry_after(tries) for tries in range(1, 8)]

    assert None not in waits[:6]
    assert waits[6] is None
    assert waits[:6] == sorted(wait for wait in waits[:6] if wait is not None)
