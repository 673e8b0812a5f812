"""May the card ever say more than what is known? Both sides of every limit of the verdict band."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosing.domain.verdict import Verdict
from monitoring.selectors.card import Because, CardFacts, Face, Stored, band

DUE = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
OPENS = DUE - timedelta(hours=2)
SECOND = timedelta(seconds=1)
AT = DUE - timedelta(minutes=30)
UNTIL = DUE + timedelta(minutes=10)
CONTINUE = Stored(Verdict.CONTINUE, AT - timedelta(minutes=1), UNTIL)


def facts(**changes: object) -> CardFacts:
    """A dose in its window with a CONTINUE that holds."""
    return replace(CardFacts(due_at=DUE, clock_is_behind=False, stored=CONTINUE), **changes)  # type: ignore[arg-type]


def test_continue_is_shown_with_the_instant_it_lapses() -> None:
    shown = band(facts(), AT)
    assert (shown.face, shown.because, shown.turns_at) == (Face.CONTINUE, Because.AS_STORED, UNTIL)


def test_continue_still_holds_at_the_very_instant_it_is_valid_until() -> None:
    assert band(facts(), UNTIL).face is Face.CONTINUE


def test_continue_is_cannot_decide_just_after_it_lapsed() -> None:
    shown = band(facts(), UNTIL + timedelta(microseconds=1))
    assert (shown.face, shown.because, shown.before) == (Face.UNDECIDED, Because.LAPSED, Face.CONTINUE)


def test_review_lapses_like_a_continue() -> None:
    stored = Stored(Verdict.REVIEW, AT, UNTIL)
    assert band(facts(stored=stored), UNTIL).face is Face.REVIEW
    assert band(facts(stored=stored), UNTIL + SECOND).face is Face.UNDECIDED


def test_continue_without_an_end_is_cannot_decide() -> None:
    assert band(facts(stored=Stored(Verdict.CONTINUE, AT, None)), AT).face is Face.UNDECIDED


def test_dose_never_assessed_is_cannot_decide() -> None:
    shown = band(facts(stored=None), AT)
    assert (shown.face, shown.because) == (Face.UNDECIDED, Because.NEVER_ASSESSED)


@pytest.mark.parametrize("verdict", [Verdict.CONTINUE, Verdict.REVIEW])
def test_nothing_lets_a_dose_start_when_the_clock_has_gone_back(verdict: Verdict) -> None:
    shown = band(facts(clock_is_behind=True, stored=Stored(verdict, AT, UNTIL)), AT)
    assert (shown.face, shown.because) == (Face.UNDECIDED, Because.CLOCK_BEHIND)


def test_hold_stands_when_the_clock_has_gone_back_and_a_slot_is_not_called_too_early() -> None:
    assert band(facts(clock_is_behind=True, stored=Stored(Verdict.HOLD, AT, None)), AT).face is Face.HOLD
    assert band(facts(clock_is_behind=True), OPENS - SECOND).because is Because.CLOCK_BEHIND


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.STOP_CYCLE, Verdict.STOP_PERMANENT, Verdict.UNDECIDED])
def test_what_does_not_let_the_dose_start_never_lapses(verdict: Verdict) -> None:
    shown = band(facts(stored=Stored(verdict, AT, None)), DUE + timedelta(hours=9))
    assert shown.face == verdict.value


def test_card_says_not_yet_due_until_the_window_opens() -> None:
    shown = band(facts(), OPENS - SECOND)
    assert (shown.face, shown.before, shown.turns_at) == (Face.NOT_YET_DUE, Face.CONTINUE, OPENS)
    assert band(facts(), OPENS).face is Face.CONTINUE


def test_new_value_greys_the_previous_word_for_two_seconds_then_nobody_can_decide() -> None:
    waiting = facts(being_assessed=True, waiting_since=AT)
    shown = band(waiting, AT + timedelta(seconds=2) - timedelta(microseconds=1))
    assert (shown.face, shown.before) == (Face.UPDATING, Face.CONTINUE)
    assert shown.turns_at == AT + timedelta(seconds=2)
    late = band(waiting, AT + timedelta(seconds=2))
    assert (late.face, late.because, late.before) == (Face.UNDECIDED, Because.BEING_ASSESSED, Face.CONTINUE)


def test_value_waiting_since_nobody_knows_when_counts_as_waiting_too_long() -> None:
    assert band(facts(being_assessed=True, waiting_since=None), AT).face is Face.UNDECIDED


def test_hold_being_assessed_is_never_shown_as_live() -> None:
    held = facts(stored=Stored(Verdict.HOLD, AT, None), being_assessed=True, waiting_since=AT)
    assert band(held, AT + SECOND).face is Face.UPDATING
    assert band(held, AT + 3 * SECOND).face is Face.UNDECIDED


@pytest.mark.parametrize("latched", [Verdict.STOP_CYCLE, Verdict.STOP_PERMANENT])
def test_standing_stop_is_shown_whatever_else_is_known(latched: Verdict) -> None:
    for changed in (facts(), facts(being_assessed=True), facts(stored=None), facts(due_at=None)):
        assert band(replace(changed, latched=latched), OPENS - timedelta(days=1)).face == latched.value


def test_course_without_a_dose_to_come_says_so() -> None:
    assert band(facts(due_at=None), AT).face is Face.NO_DOSE


@given(
    verdict=st.none() | st.sampled_from(Verdict),
    valid=st.none() | st.integers(-7200, 7200),
    waiting=st.none() | st.integers(-10, 10),
    being_assessed=st.booleans(),
    latched=st.none() | st.sampled_from([Verdict.STOP_CYCLE, Verdict.STOP_PERMANENT]),
    now=st.integers(-20_000, 20_000),
)
def test_continue_is_shown_only_when_everything_says_so(
    verdict: Verdict | None,
    valid: int | None,
    waiting: int | None,
    being_assessed: bool,
    latched: Verdict | None,
    now: int,
) -> None:
    at = AT + timedelta(seconds=now)
    until = None if valid is None else AT + timedelta(seconds=valid)
    since = None if waiting is None else at + timedelta(seconds=waiting)
    stored = None if verdict is None else Stored(verdict, AT, until)
    shown = band(facts(stored=stored, being_assessed=being_assessed, waiting_since=since, latched=latched), at)
    if shown.face is Face.CONTINUE:
        assert verdict is Verdict.CONTINUE
        assert until is not None
        assert at <= until
        assert not being_assessed
        assert latched is None
        assert at >= OPENS
