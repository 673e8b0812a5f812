"""What one number proves under a term, what it leaves open, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass

from monitoring.domain.band import Answer, Band
from monitoring.domain.clauses import lacking
from monitoring.domain.ctcae import Bound, Ref, TermRule
from monitoring.domain.facts import GradeFacts


@dataclass(slots=True)
class Found:
    """The highest grade proven (0: none) and by which clause; the highest left open and by which.

    ``blocked``: something unknown stands above what is proven. ``note`` is an assumption the proof rests on.
    """

    proven: int = 0
    band: Band | None = None
    open_to: int = 0
    opened_by: Band | None = None
    blocked: bool = False
    note: str = ""

    def add(self, grade: int, band: Band, answer: Answer) -> None:
        """Count a clause of ``grade`` that is not ruled out; grades come from the worst down."""
        if answer is Answer.YES:
            self.note = self.note or band.lack
            if self.band is None or self.band.clause.clinical:
                self.proven, self.band = grade, band
            return
        if grade > self.open_to:
            self.open_to, self.opened_by = grade, band
        self.blocked = self.blocked or answer is Answer.UNKNOWN

    @property
    def is_proposed(self) -> bool:
        """Whether the proof rests on a bedside answer taken at its worse."""
        return self.band is not None and self.band.clause.clinical is not None


def why_not_gradable(found: Found, facts: GradeFacts) -> str:
    """What is missing for a grade, in ward words."""
    return lacking(found.opened_by, facts) if found.opened_by is not None else ""


def why_graded(rule: TermRule, facts: GradeFacts, found: Found, open_to: int) -> str:
    """The clause that was met with the references it was held against, and what to keep in mind."""
    parts = ["no criterion met"]
    if found.band is not None:
        bound = found.band.bound or found.band.clause.bounds[0]
        parts = [bound.text() + _against(bound, facts)]
    lack = found.note or why_not_gradable(found, facts)
    if lack:
        parts.append(lack)
    if open_to > found.proven:
        parts.append(f"up to grade {open_to} left open")
    if found.band is not None and found.band.clause.clinical is not None:
        parts.append(f"counted as: {found.band.clause.clinical}")
    if found.proven and _within_normal(rule, facts):
        parts.append("within the laboratory's own limits")
    return "; ".join(parts)


def _against(bound: Bound, facts: GradeFacts) -> str:
    named = []
    for limit in (bound.lower, bound.upper):
        if limit is None or limit.ref is None:
            continue
        if limit.ref is Ref.BASELINE and facts.baseline is not None:
            named.append(f"baseline {facts.baseline.value} {facts.baseline.unit.ucum}")
        elif limit.ref is Ref.ULN:
            named.append(f"ULN {facts.uln}")
        elif limit.ref is Ref.LLN:
            named.append(f"LLN {facts.lln}")
    return f" ({', '.join(dict.fromkeys(named))})" if named else ""


def _within_normal(rule: TermRule, facts: GradeFacts) -> bool:
    value = facts.value.exact if facts.value is not None else None
    if value is None:
        return False
    if rule.direction == "low":
        return facts.lln is not None and value >= facts.lln
    return rule.direction == "high" and facts.uln is not None and value <= facts.uln
