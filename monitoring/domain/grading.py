"""Which grade a value has under one term of one version, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from monitoring.domain.clauses import Answer, Band, End, references, resolve
from monitoring.domain.ctcae import Ref, TermRule
from monitoring.domain.facts import GradeFacts, TermResult
from monitoring.domain.interval import Interval

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
    if not any(clause.observable == facts.observable.key for row in rule.rows for clause in row.clauses):
        return TermResult(None, why=f"not computable from {facts.observable.name}", term=rule.key)
    return _result(rule, facts)


Ladder = Sequence[tuple[int, Sequence[Band]]]


@dataclass(slots=True)
class _Found:
    """What one exact number gives: the highest proven grade, the highest left open, and by which clause."""

    proven: int = 0
    band: Band | None = None
    open_to: int = 0
    blocked: bool = False
    lack: str = ""
    note: str = ""


def _rungs(rule: TermRule, facts: GradeFacts) -> Iterator[tuple[int, list[Band]]]:
    """The ladder from the worst grade down, each rung resolved only when it is asked for."""
    refs = references(facts)
    key = facts.observable.key
    for row in rule.rows:
        yield row.grade, [resolve(clause, facts, refs) for clause in row.clauses if clause.observable == key]


def _result(rule: TermRule, facts: GradeFacts) -> TermResult:
    exact = facts.value.exact if facts.value is not None else None
    if exact is not None:
        return _judged(rule, facts, (exact,), [_at(exact, _rungs(rule, facts))])
    ladder = tuple(_rungs(rule, facts))
    points = _points(facts.value, ladder)
    if not points:
        return TermResult(None, why="no value", term=rule.key)
    return _judged(rule, facts, points, [_at(x, ladder) for x in points])


def _judged(rule: TermRule, facts: GradeFacts, points: Sequence[Decimal], found: Sequence[_Found]) -> TermResult:
    low = min(found, key=lambda each: each.proven)
    proven = low.proven
    open_to = max(max(each.open_to, each.proven) for each in found)
    if rule.not_below is not None and min(points) < rule.not_below and open_to == 0:
        why = f"below {rule.not_below}: outside the printed limits"
        return TermResult(None, why=why, term=rule.key)
    blocked = any(each.blocked for each in found) or len({each.proven for each in found}) > 1
    if proven == 0 and open_to > 0 and blocked:
        why = _not_gradable(found, points, open_to)
        return TermResult(None, at_most=open_to, why=why, term=rule.key)
    higher_by_clinician = any(each > proven for each in rule.clinical_from)
    return TermResult(
        grade=proven,
        at_least=open_to > proven or higher_by_clinician,
        at_most=open_to,
        proposed=low.band is not None and low.band.clause.clinical is not None,
        why=_why(rule, facts, low, found, open_to),
        term=rule.key,
    )


def _at(x: Decimal, ladder: Iterable[tuple[int, Sequence[Band]]]) -> _Found:
    found = _Found()
    for number, bands in ladder:
        for band in bands:
            answer = band.answer(x)
            if answer is Answer.NO:
                continue
            if answer is Answer.YES:
                found.note = found.note or band.lack
                if found.proven < number or (found.band and found.band.clause.clinical):
                    found.proven, found.band = number, band
            elif number > found.open_to:
                found.open_to, found.lack = number, band.lack
            if answer is Answer.UNKNOWN:
                found.blocked = True
        if found.proven:
            break
    return found


def _points(value: Interval | None, ladder: Ladder) -> Sequence[Decimal]:
    """Numbers that stand for every stretch of ``value`` on which the grade cannot change."""
    if value is None:
        return (_ANY,) if all(b.fixed is not None for _, bands in ladder for b in bands) else ()
    ends = {end for _, bands in ladder for band in bands for end, _ in _ends(band) if end is not None}
    return _stand_ins(value, sorted(ends))


_ANY = Decimal(0)
_TWO = Decimal(2)


def _ends(band: Band) -> list[End]:
    return band.lowers + band.uppers


def _stand_ins(value: Interval, ends: Sequence[Decimal]) -> list[Decimal]:
    low = value.low if value.low is not None else _ANY
    high = value.high if value.high is not None else max([low, *ends]) + 1
    marks = sorted({low, high, *(end for end in ends if low < end < high)})
    chosen = [(left + right) / _TWO for left, right in pairwise(marks)] + marks[1:-1]
    if value.low_closed:
        chosen.append(low)
    if value.high_closed:
        chosen.append(high)
    return chosen


def _not_gradable(found: Sequence[_Found], points: Sequence[Decimal], open_to: int) -> str:
    lack = next((each.lack for each in found if each.blocked and each.lack), "")
    if lack:
        return lack
    return f"the value leaves every grade from 0 to {open_to} open" if len(points) > 1 else "not decided"


def _why(rule: TermRule, facts: GradeFacts, low: _Found, found: Sequence[_Found], open_to: int) -> str:
    parts = [_text(low.band, facts) if low.band is not None else "no criterion met"]
    lack = low.note or next((each.lack for each in found if each.lack), "")
    if lack:
        parts.append(lack)
    if open_to > low.proven:
        parts.append(f"up to grade {open_to} left open")
    if low.band is not None and low.band.clause.clinical is not None:
        parts.append(f"counted as: {low.band.clause.clinical}")
    if low.proven and _within_normal(rule, facts):
        parts.append("within the laboratory's own limits")
    return "; ".join(parts)


def _text(band: Band, facts: GradeFacts) -> str:
    bound = band.bound or band.clause.bounds[0]
    return bound.text() + _against(band, facts)


def _against(band: Band, facts: GradeFacts) -> str:
    refs = {end.ref for bound in band.clause.bounds for end in (bound.lower, bound.upper) if end is not None}
    named = []
    if Ref.ULN in refs and facts.uln is not None:
        named.append(f"ULN {facts.uln}")
    if Ref.LLN in refs and facts.lln is not None:
        named.append(f"LLN {facts.lln}")
    if Ref.BASELINE in refs and facts.baseline is not None:
        named.append(f"baseline {facts.baseline.value} {facts.baseline.unit.ucum}")
    return f" ({', '.join(named)})" if named else ""


def _within_normal(rule: TermRule, facts: GradeFacts) -> bool:
    if facts.value is None or facts.value.exact is None:
        return False
    if rule.direction == "low":
        return facts.lln is not None and facts.value.exact >= facts.lln
    return rule.direction == "high" and facts.uln is not None and facts.value.exact <= facts.uln
