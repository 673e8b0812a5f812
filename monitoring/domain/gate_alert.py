"""Which alert, if any, an assessment calls for: nothing before the dose's window, and one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dosing.domain.outcome import Outcome, State
from dosing.domain.snapshot import TermGrade
from dosing.domain.verdict import Verdict

WINDOW_BEFORE_DUE = timedelta(hours=2)
# A grade that the overlay holds at; the other terms wait for their protocol row.
ALERTED_GRADE = 3

WORDS = {
    Verdict.STOP_PERMANENT: "STOP FOR GOOD",
    Verdict.STOP_CYCLE: "STOP CYCLE",
    Verdict.HOLD: "HOLD",
    Verdict.UNDECIDED: "CANNOT DECIDE",
    Verdict.REVIEW: "REVIEW",
    Verdict.CONTINUE: "CONTINUE",
}


@dataclass(frozen=True, slots=True)
class WantedAlert:
    """An alert that should be standing. ``criteria`` are criterion ids, or missing inputs when nothing is met."""

    rule: str
    severity: str
    text: str
    verdict: str = ""
    criteria: tuple[str, ...] = ()


def gate_alert(outcome: Outcome, *, dose_number: int, due_at: datetime, at: datetime) -> WantedAlert | None:
    """The one alert of a dose's gate; None while its window is closed (opens two hours before due, inclusive)
    or when the verdict is CONTINUE.

    HOLD and STOP are high, REVIEW medium; CANNOT DECIDE is low until the due time and medium from then on.
    """
    if at < due_at - WINDOW_BEFORE_DUE or outcome.verdict is Verdict.CONTINUE:
        return None
    word = WORDS[outcome.verdict]
    reason = reason_of(outcome)
    return WantedAlert(
        rule="gate",
        severity=_severity(outcome.verdict, overdue=at >= due_at),
        text=f"Dose {dose_number}: {word}. {reason}".strip()[:300],
        verdict=outcome.verdict.value,
        criteria=outcome.met or tuple(missing.input for missing in outcome.missing),
    )


_GRAVEST_FIRST = ("permanent_discontinue", "absolute", "hold", "floor", "count", "ctcae", "relative")


def reason_of(outcome: Outcome) -> str:
    """Return the gravest criterion that is met, with its value; else what the outcome says first."""
    met = [result for result in outcome.results if result.state is State.MET and result.kind in _GRAVEST_FIRST]
    if not met:
        return outcome.why[0] if outcome.why else ""
    gravest = min(met, key=lambda result: _GRAVEST_FIRST.index(result.kind))
    more = f" and {len(met) - 1} more" if len(met) > 1 else ""
    seen = f": {gravest.value}" if gravest.value else ""
    return f"{gravest.label}{seen}{more}"


def _severity(verdict: Verdict, *, overdue: bool) -> str:
    if verdict.is_stop or verdict is Verdict.HOLD:
        return "high"
    if verdict is Verdict.REVIEW:
        return "medium"
    return "medium" if overdue else "low"


def running_alert(outcome: Outcome, *, dose_number: int) -> WantedAlert | None:
    """The highest alert of all: a hold or stop is found while dose ``dose_number`` is running in."""
    if outcome.found.severity < Verdict.HOLD.severity:
        return None
    reason = reason_of(outcome)
    return WantedAlert(
        rule="running-infusion",
        severity="high",
        text=f"Dose {dose_number} is running: stop the infusion? {reason}".strip()[:300],
        verdict=outcome.found.value,
        criteria=outcome.met,
    )


def grade_alerts(grades: Iterable[TermGrade], names: dict[str, str]) -> tuple[WantedAlert, ...]:
    """One alert per CTCAE term at grade 3 (medium) or above (high), at any time of the course."""
    return tuple(
        WantedAlert(
            rule=f"ctcae-{grade.term}",
            severity="high" if grade.grade > ALERTED_GRADE else "medium",
            text=_grade_text(grade, names.get(grade.term, grade.term)),
            criteria=(f"ctcae_{grade.term}",),
        )
        for grade in grades
        if grade.grade is not None and grade.grade >= ALERTED_GRADE
    )


def _grade_text(grade: TermGrade, name: str) -> str:
    proposed = " (proposed)" if grade.proposed else ""
    shown = f": {grade.shown}" if grade.shown else ""
    return f"{name} grade {grade.grade}{proposed}{shown}"[:300]
