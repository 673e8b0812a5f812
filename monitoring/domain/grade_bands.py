"""Between which numbers would a value of one course get which CTCAE grade? The grading's own answer, as bands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from monitoring.domain.clauses import references, resolve
from monitoring.domain.ctcae import TermRule
from monitoring.domain.facts import GradeFacts
from monitoring.domain.grading import grade
from monitoring.domain.interval import point

_FAR = Decimal(1)
_TWO = Decimal(2)


@dataclass(frozen=True, slots=True)
class GradeBand:
    """The numbers from ``low`` to ``high`` (None: no end) that give ``grade``, 1 to 4, in the facts' unit.

    A number exactly on an end belongs to the band only where ``has_low`` or ``has_high`` says so.
    """

    grade: int
    low: Decimal | None
    high: Decimal | None
    has_low: bool = False
    has_high: bool = False


def grade_bands(rule: TermRule, facts: GradeFacts) -> tuple[GradeBand, ...]:
    """Return the bands of grade 1 and more from the lowest number up; () where no number decides the term.

    Every limit is one that the rule prints, resolved for these facts; what lies at and between them is asked of
    ``grade`` itself, so that a picture cannot say another grade than the assessment. Where it has no answer there
    is no band: that is unknown, not grade 0.
    """
    if not rule.present or facts.observable.key not in rule.computed_from:
        return ()
    return tuple(_merged([one for one in _pieces(rule, facts, _limits(rule, facts)) if one.grade]))


def _limits(rule: TermRule, facts: GradeFacts) -> list[Decimal]:
    refs, found = references(facts), set()
    for row in rule.rows:
        for clause in row.clauses:
            if clause.observable == facts.observable.key:
                band = resolve(clause, facts, refs)
                found |= {end for end, _ in (*band.lowers, *band.uppers) if end is not None}
    return sorted(found)


def _pieces(rule: TermRule, facts: GradeFacts, limits: list[Decimal]) -> Iterator[GradeBand]:
    """Each stretch between two limits, and each limit as a stretch of one number."""
    if not limits:
        return
    ends: list[Decimal | None] = [None, *limits, None]
    for low, high in pairwise(ends):
        yield GradeBand(_grade_at(rule, facts, _inside(low, high)), low, high)
        if high is not None:
            yield GradeBand(_grade_at(rule, facts, high), high, high, has_low=True, has_high=True)


def _inside(low: Decimal | None, high: Decimal | None) -> Decimal:
    if low is None or high is None:
        return (low or Decimal(0)) + _FAR if high is None else high / _TWO
    return (low + high) / _TWO


def _grade_at(rule: TermRule, facts: GradeFacts, number: Decimal) -> int:
    return grade(rule, replace(facts, value=point(number))).grade or 0


def _merged(pieces: list[GradeBand]) -> Iterator[GradeBand]:
    """Join neighbours of one grade; a single number beside another grade only says to whom the limit belongs."""
    held: GradeBand | None = None
    for piece in pieces:
        if held is not None and held.grade == piece.grade and held.high == piece.low and held.has_high | piece.has_low:
            held = replace(held, high=piece.high, has_high=piece.has_high)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held
