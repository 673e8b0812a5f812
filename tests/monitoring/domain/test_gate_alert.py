"""Which alert an assessment calls for, and from when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dosing.domain.outcome import CriterionResult, Missing, Outcome, State
from dosing.domain.snapshot import TermGrade
from dosing.domain.verdict import Verdict
from monitoring.domain.gate_alert import gate_alert, grade_alerts, running_alert

DUE = datetime(2026, 3, 1, 14, tzinfo=UTC)
CREATININE = CriterionResult("j_ren_cr_abs", State.MET, "absolute", "Creatinine", "creatinine", "renal")
PLATELETS = Missing("platelets", "Platelets", "stale")


def outcome(verdict: Verdict, *results: CriterionResult, missing: tuple[Missing, ...] = ()) -> Outcome:
    return Outcome(verdict, verdict, results, missing, ("Creatinine 3.4 mg/dL: 3 or more holds",), "h", "p")


@pytest.mark.parametrize(
    ("verdict", "before_due", "severity"),
    [
        (Verdict.STOP_PERMANENT, timedelta(hours=1), "high"),
        (Verdict.STOP_CYCLE, timedelta(hours=1), "high"),
        (Verdict.HOLD, timedelta(hours=2), "high"),
        (Verdict.REVIEW, timedelta(minutes=1), "medium"),
        (Verdict.UNDECIDED, timedelta(minutes=1), "low"),
        (Verdict.UNDECIDED, timedelta(0), "medium"),
    ],
)
def test_severity_follows_the_verdict_and_the_due_time(verdict: Verdict, before_due: timedelta, severity: str) -> None:
    wanted = gate_alert(outcome(verdict, CREATININE), dose_number=5, due_at=DUE, at=DUE - before_due)

    assert wanted is not None
    assert wanted.severity == severity


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.UNDECIDED, Verdict.REVIEW])
def test_nothing_is_raised_one_second_before_the_window_opens(verdict: Verdict) -> None:
    at = DUE - timedelta(hours=2, seconds=1)

    assert gate_alert(outcome(verdict, CREATININE), dose_number=5, due_at=DUE, at=at) is None


def test_continue_calls_for_no_alert() -> None:
    assert gate_alert(outcome(Verdict.CONTINUE), dose_number=5, due_at=DUE, at=DUE) is None


def test_an_alert_without_a_criterion_lists_what_is_missing() -> None:
    wanted = gate_alert(outcome(Verdict.UNDECIDED, missing=(PLATELETS,)), dose_number=5, due_at=DUE, at=DUE)

    assert wanted is not None
    assert wanted.criteria == ("platelets",)
    assert wanted.text.startswith("Dose 5: CANNOT DECIDE.")


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.STOP_CYCLE])
def test_a_hold_found_while_a_dose_runs_asks_to_stop_the_infusion(verdict: Verdict) -> None:
    wanted = running_alert(outcome(verdict, CREATININE), dose_number=4)

    assert wanted is not None
    assert (wanted.rule, wanted.severity) == ("running-infusion", "high")
    assert "stop the infusion?" in wanted.text


@pytest.mark.parametrize("verdict", [Verdict.UNDECIDED, Verdict.REVIEW, Verdict.CONTINUE])
def test_missing_inputs_do_not_interrupt_a_running_dose(verdict: Verdict) -> None:
    assert running_alert(outcome(verdict), dose_number=4) is None


@pytest.mark.parametrize(("grade", "severity"), [(3, "medium"), (4, "high"), (5, "high")])
def test_a_grade_of_three_or_more_alarms(grade: int, severity: str) -> None:
    (wanted,) = grade_alerts([TermGrade("creatinine_increased", grade)], {"creatinine_increased": "Creatinine"})

    assert wanted.severity == severity


@pytest.mark.parametrize("grade", [None, 0, 1, 2])
def test_lower_grades_and_ungraded_terms_do_not_alarm(grade: int | None) -> None:
    assert grade_alerts([TermGrade("creatinine_increased", grade, why="no ULN")], {}) == ()


def test_the_alert_names_the_gravest_criterion_with_its_value_and_counts_the_rest() -> None:
    relative = CriterionResult("r", State.MET, "relative", "Heart rate 120-130", "heart_rate", "c", value="124 /min")
    absolute = CriterionResult("a", State.MET, "absolute", "Creatinine 3 or more", "creatinine", "r", value="3.4 mg/dL")

    wanted = gate_alert(outcome(Verdict.HOLD, relative, absolute), dose_number=5, due_at=DUE, at=DUE)

    assert wanted is not None
    assert wanted.text == "Dose 5: HOLD. Creatinine 3 or more: 3.4 mg/dL and 1 more"
