"""Which grade a single value proposes where the version prints no number for it, and what oxygen adds."""

from __future__ import annotations

from monitoring.domain.ctcae import TermRule
from monitoring.domain.facts import GradeFacts, TermResult
from monitoring.domain.grading import grade

ROOM_AIR = "room_air"


def propose_rate(rule: TermRule, facts: GradeFacts) -> TermResult:
    """Return 1 for a rate strictly above the rule's limit, else 0; symptoms and treatment are a clinician's."""
    limit = rule.proposal.above if rule.proposal is not None else None
    if facts.problem is not None or facts.value is None or limit is None:
        return TermResult(None, why=facts.problem or "no value", term=rule.key)
    above = facts.value.is_above(limit)
    if above is None:
        return TermResult(None, at_most=1, why=f"the value leaves open whether it is above {limit}", term=rule.key)
    why = f"above {limit}, nothing charted as treatment" if above else f"{limit} or below"
    return TermResult(int(above), at_least=True, at_most=int(above), proposed=True, why=why, term=rule.key)


def propose_hypoxia(rule: TermRule, facts: GradeFacts, oxygen: str | None) -> TermResult:
    """Return the printed grade of a saturation or arterial oxygen pressure at rest, with the oxygen given beside it.

    ``oxygen`` is the device charted now, None when none is. Where the version grades a fall at rest without
    a number (3.0) the rule file's limit proposes the grade. Oxygen itself raises nothing: whether it is
    intermittent or continuous is a clinician's word, so every result is ``at_least``.
    """
    result = grade(rule, facts)
    proposal = rule.proposal
    if proposal is not None and proposal.rest_below is not None and proposal.rest_grade is not None:
        fell = facts.value.is_below(proposal.rest_below) if facts.value is not None and facts.at_rest else False
        if fell and facts.problem is None and facts.observable.key == "spo2":
            why = f"below {proposal.rest_below} % at rest"
            top = proposal.rest_grade
            result = TermResult(top, at_least=True, at_most=top, proposed=True, why=why, term=rule.key)
    if oxygen is None or oxygen == ROOM_AIR or not result.why:
        return result
    note = f"{result.why}; oxygen given ({oxygen.replace('_', ' ')})"
    return TermResult(result.grade, result.at_least, result.at_most, result.proposed, note, result.term)
