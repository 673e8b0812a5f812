"""Which facts about pressure, fluid and vasopressors stand at an instant, and the hypotension they propose."""

from __future__ import annotations

from datetime import timedelta

from dosing.domain.snapshot import Reading, TermGrade
from monitoring.domain.context import GradingContext
from monitoring.domain.ctcae import TermRule
from monitoring.domain.facts import TermResult
from monitoring.domain.hypotension import PressureFacts, propose_hypotension
from monitoring.domain.interval import between
from monitoring.domain.judged import Judged, worse
from monitoring.domain.pressors import PressorState, pressor_state
from monitoring.domain.standing import Standing


def hypotension_now(rule: TermRule, standing: Standing, context: GradingContext) -> TermGrade:
    """Return the present proposed grade with the reading that decided it: the vasopressor's, else the pressure's."""
    pressor = pressor_state(standing, context.observables)
    result = hypotension_at(rule, standing, context)
    newest = standing.newest("bp_systolic")
    seen = pressor.entry if pressor.running else (newest[-1] if newest else None)
    return Judged(result, seen).as_term_grade()


def hypotension_at(rule: TermRule, standing: Standing, context: GradingContext) -> TermResult:
    """Return the grade proposed by what stands at ``standing.at``; the worse of two pressures at one instant."""
    pressor = pressor_state(standing, context.observables)
    newest = standing.newest("bp_systolic")
    cases = [_pressure_facts(one, pressor, rule, standing, context) for one in newest]
    cases = cases or [_pressure_facts(None, pressor, rule, standing, context)]
    results = [Judged(propose_hypotension(rule, case)) for case in cases]
    worst = results[0]
    for one in results[1:]:
        worst = worse(worst, one)
    return worst.result


def _pressure_facts(
    systolic: Reading | None,
    pressor: PressorState,
    rule: TermRule,
    standing: Standing,
    context: GradingContext,
) -> PressureFacts:
    value, problem = None, "systolic pressure not measured"
    if systolic is not None:
        fresh = standing.is_fresh(systolic, context.age_limit("bp_systolic"))
        problem = systolic.unusable or ("" if fresh else "systolic pressure measured too long ago")
        if not problem and systolic.value is not None:
            value = between(systolic.value, systolic.comparator)
    return PressureFacts(
        systolic=value, target_sbp=context.target_sbp, bolus_charted=_bolus(rule, standing, context),
        pressor_running=pressor.running, pressor_why=pressor.why, systolic_problem=problem,
        treated_for=standing.at - pressor.since if pressor.since is not None else None,
    )  # fmt: skip


def _bolus(rule: TermRule, standing: Standing, context: GradingContext) -> bool:
    """Whether fluid was charted in the window; an entry nobody can read still says that fluid was given."""
    window = rule.proposal.bolus_within if rule.proposal is not None else None
    since = standing.at - (window or timedelta(0))
    if context.previous_dose_started_at is not None:
        since = min(since, context.previous_dose_started_at)
    return any(one.observed_at >= since and one.value != 0 for one in standing.of("fluid_bolus"))
