"""Which grade of hypotension the facts propose: no version prints a pressure limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from monitoring.domain.ctcae import TermRule
from monitoring.domain.facts import TermResult
from monitoring.domain.interval import Interval


@dataclass(frozen=True, slots=True)
class PressureFacts:
    """What is known about pressure and treatment at one instant.

    ``systolic`` None: ``systolic_problem`` says why there is no present value. ``target_sbp`` is the course's
    (mmHg); None: none was set. ``bolus_charted``: a fluid bolus in the rule's window. ``pressor_running`` None:
    not known, ``pressor_why`` says the reason. ``treated_for`` is how long the present vasopressor run has lasted.
    """

    systolic: Interval | None
    target_sbp: Decimal | None
    bolus_charted: bool
    pressor_running: bool | None
    pressor_why: str = ""
    systolic_problem: str = "systolic pressure not measured"
    treated_for: timedelta | None = None


def propose_hypotension(rule: TermRule, facts: PressureFacts) -> TermResult:
    """Return the proposed grade; 4 and 5 are a clinician's, so every result is ``at_least``.

    4.03, 5.0 and 6.0: a running vasopressor is 3, also when it holds the pressure at target and when the
    pressure itself is unknown. 3.0: a vasopressor run is 2, from 24 h on (inclusive) 3. Below the course's
    target it is 2 with a fluid bolus in the rule's window, 1 with nothing given; at the target or above
    with no vasopressor 0, whatever bolus went before. Without a target, a present systolic pressure or a
    known vasopressor state there is no grade, unless a running vasopressor proves one.
    """
    proposal = rule.proposal
    if proposal is None or not rule.present:
        return TermResult(None, why="this version proposes no grade", term=rule.key)
    grades = proposal.grades
    if facts.pressor_running:
        sustained = proposal.sustained
        is_short = sustained is not None and (facts.treated_for is None or facts.treated_for < sustained)
        return _proposed(rule, grades["fluid" if is_short else "vasopressor"], facts.pressor_why)
    problem = _problem(facts)
    if problem:
        return TermResult(None, why=problem, term=rule.key)
    below = facts.systolic.is_below(facts.target_sbp) if facts.systolic and facts.target_sbp else None
    if below is None:
        why = f"the value leaves open whether it is below the target of {facts.target_sbp}"
        return TermResult(None, at_most=grades["fluid"], why=why, term=rule.key)
    if not below:
        return _proposed(rule, 0, f"at or above the target of {facts.target_sbp}; no vasopressor running")
    given = "fluid" if facts.bolus_charted else "untreated"
    words = "fluid bolus charted" if facts.bolus_charted else "nothing given"
    return _proposed(rule, grades[given], f"below the target of {facts.target_sbp}; {words}")


def _problem(facts: PressureFacts) -> str:
    if facts.target_sbp is None:
        return "no pressure target is set for this course"
    if facts.systolic is None:
        return facts.systolic_problem
    return facts.pressor_why if facts.pressor_running is None else ""


def _proposed(rule: TermRule, grade: int, why: str) -> TermResult:
    return TermResult(grade, at_least=True, at_most=grade, proposed=True, why=why, term=rule.key)
