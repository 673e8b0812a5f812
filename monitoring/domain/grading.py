"""Which grade a value has under one term of one version, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from monitoring.domain.band import Answer, Band
from monitoring.domain.clauses import references, resolve
from monitoring.domain.ctcae import TermRule
from monitoring.domain.facts import GradeFacts, TermResult
from monitoring.domain.found import Found, why_graded, why_not_gradable
from monitoring.domain.stretches import stand_ins

ABSENT = "this version has no such term"
CLINICAL = "no number decides this term: a clinician grades it"


def grade(rule: TermRule, facts: GradeFacts) -> TermResult:
    """Return the grade that ``facts`` prove under ``rule``; 5 is never computed.

    Every clause is three-valued: a missing reference makes it unknown, not false. The grade is the highest
    one proven. Where a higher grade is unknown the result is flagged ``at_least`` and ``at_most`` says how
    far it may reach; where nothing at all is proven and something is unknown there is no grade (never 0).
    A comparator is an interval: the grade is the lowest any of its numbers has, ``at_most`` the highest.
    Where a bedside answer splits a band between two grades the higher counts, ``proposed``.
    Without a baseline: ladders that ask whether it was abnormal are graded by ULN/LLN and flagged, with
    ``at_most`` as high as any abnormal baseline could make it; multiples of the baseline are unknown.
    """
    if not rule.present:
        return TermResult(None, why=ABSENT, term=rule.key)
    if facts.problem is not None:
        return TermResult(None, why=facts.problem, term=rule.key)
    if not rule.has_numbers:
        return TermResult(None, why=CLINICAL, term=rule.key)
    if facts.observable.key not in rule.computed_from:
        return TermResult(None, why=f"not computable from {facts.observable.name}", term=rule.key)
    return _result(rule, facts)


def _rungs(rule: TermRule, facts: GradeFacts) -> Iterator[tuple[int, list[Band]]]:
    """The ladder from the worst grade down, each rung resolved only when it is asked for."""
    refs = references(facts)
    key = facts.observable.key
    for row in rule.rows:
        if row.clauses:
            yield row.grade, [resolve(clause, facts, refs) for clause in row.clauses if clause.observable == key]


def _result(rule: TermRule, facts: GradeFacts) -> TermResult:
    exact = facts.value.exact if facts.value is not None else None
    if exact is not None:
        return _one(rule, facts, _at(exact, _rungs(rule, facts)), exact)
    ladder = tuple(_rungs(rule, facts))
    if facts.value is not None:
        points = stand_ins(facts.value, [band for _, bands in ladder for band in bands])
        return _several(rule, facts, [_at(x, ladder) for x in points], min(points))
    if all(band.fixed is not None for _, bands in ladder for band in bands):
        return _one(rule, facts, _at(_ANY, ladder), _ANY)
    return TermResult(None, why="no value", term=rule.key)


_ANY = Decimal(0)


def _at(x: Decimal, ladder: Iterable[tuple[int, Sequence[Band]]]) -> Found:
    found = Found()
    for number, bands in ladder:
        for band in bands:
            answer = band.answer(x)
            if answer is not Answer.NO:
                found.add(number, band, answer)
        if found.proven:
            break
    return found


def _one(rule: TermRule, facts: GradeFacts, found: Found, value: Decimal) -> TermResult:
    if rule.not_below is not None and value < rule.not_below and found.band is None:
        return TermResult(None, why=f"below {rule.not_below}: outside the printed limits", term=rule.key)
    if found.proven == 0 and found.blocked:
        return TermResult(None, at_most=found.open_to, why=why_not_gradable(found, facts), term=rule.key)
    return _graded(rule, facts, found, max(found.open_to, found.proven))


def _several(rule: TermRule, facts: GradeFacts, found: Sequence[Found], lowest: Decimal) -> TermResult:
    low = min(found, key=lambda each: each.proven)
    open_to = max(max(each.open_to, each.proven) for each in found)
    blocked = next((each for each in found if each.blocked), None)
    if low.proven == 0 and open_to > 0:
        why = f"the value leaves grades 0 to {open_to} open"
        if blocked is not None:
            why = why_not_gradable(blocked, facts)
        return TermResult(None, at_most=open_to, why=why, term=rule.key)
    if rule.not_below is not None and lowest < rule.not_below:
        return TermResult(None, why=f"may be below {rule.not_below}: outside the printed limits", term=rule.key)
    return _graded(rule, facts, low, open_to)


def _graded(rule: TermRule, facts: GradeFacts, found: Found, open_to: int) -> TermResult:
    return TermResult(
        grade=found.proven,
        at_least=open_to > found.proven or rule.clinician_raises_from > found.proven,
        at_most=open_to,
        proposed=found.is_proposed,
        why=why_graded(rule, facts, found, open_to),
        term=rule.key,
    )
