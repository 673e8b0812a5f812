"""Does the present CTCAE grade of a term reach the grades that hold or stop?"""

from __future__ import annotations

from dataclasses import replace

from dosing.domain.facts import Facts
from dosing.domain.finding import Finding, Gap
from dosing.domain.outcome import State
from dosing.domain.protocol import Grade
from dosing.domain.snapshot import TermGrade
from dosing.domain.verdict import worst


def graded(test: Grade, facts: Facts) -> Finding:
    """Judge a term; a proposed grade counts, and a term without a grade, or graded "at least", may be unknown."""
    grades = facts.grades(test.term)
    if not grades:
        return _unknown(test, "absent", "not graded", None)
    limit = min(step.at_least for step in test.steps)
    met = [grade for grade in grades if grade.grade is not None and grade.grade >= limit]
    if met:
        return _met(test, met, facts)
    for grade in grades:
        if grade.grade is None:
            return _unknown(test, "not_gradable", grade.why, grade)
        if grade.at_most is None or grade.at_most >= limit:
            return _unknown(test, "straddles", f"at least grade {grade.grade}", grade)
    return _finding(State.NOT_MET, test, grades[-1], facts)


def _met(test: Grade, met: list[TermGrade], facts: Facts) -> Finding:
    top = max(met, key=lambda grade: grade.grade or 0)
    reached = [step.verdict for step in test.steps if (top.grade or 0) >= step.at_least]
    return replace(
        _finding(State.MET, test, top, facts),
        detail="proposed, not confirmed" if top.proposed else "",
        evidence=tuple(met),
        verdict=worst(reached),
    )


def _finding(state: State, test: Grade, grade: TermGrade, facts: Facts) -> Finding:
    shown = f" ({grade.shown})" if grade.shown else ""
    rule = facts.rules.inputs.get(test.input)
    max_age = rule.max_age if rule else None
    lapses_at = None if max_age is None or grade.observed_at is None else grade.observed_at + max_age
    return Finding(
        state,
        value=f"grade {grade.grade}{shown}",
        observed_at=grade.observed_at,
        evidence=(grade,),
        lapses_at=lapses_at,
    )


def _unknown(test: Grade, reason: str, detail: str, grade: TermGrade | None) -> Finding:
    return Finding(
        State.UNKNOWN,
        reason=reason,
        detail=detail,
        value=grade.shown if grade else "",
        observed_at=grade.observed_at if grade else None,
        gaps=(Gap(test.input, reason),),
    )
