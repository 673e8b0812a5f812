"""Which of two grades counts when both stand: the worse, and what is unknown stays in view."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dosing.domain.snapshot import Origin, Reading, TermGrade
from monitoring.domain.facts import TermResult


@dataclass(frozen=True, slots=True)
class Judged:
    """A result with the reading it rests on; ``is_fresh`` false: that reading is too old to count."""

    result: TermResult
    reading: Reading | None = None
    is_fresh: bool = False

    def as_term_grade(self) -> TermGrade:
        """The same, as the overlay reads it."""
        seen = self.reading
        return TermGrade(
            term=self.result.term, grade=self.result.grade, at_most=self.result.at_most,
            proposed=self.result.proposed, why=self.result.why,
            observed_at=seen.observed_at if seen else None, shown=seen.shown if seen else "",
            origin=seen.origin if seen else Origin.CHARTED,
        )  # fmt: skip


def worse(one: Judged, other: Judged) -> Judged:
    """The worse of two that both count; beside one without a grade the other is only a minimum."""
    if one.result.grade is None or other.result.grade is None:
        ungraded, graded = (one, other) if one.result.grade is None else (other, one)
        return raised(ungraded, graded)
    worse, better = (one, other) if _rank(one) >= _rank(other) else (other, one)
    return _opened_as_far_as(worse, better)


def _opened_as_far_as(one: Judged, other: Judged) -> Judged:
    """``one``, left open as far as either is; None is open without end."""
    ends = (one.result.at_most, other.result.at_most)
    open_to = None if ends[0] is None or ends[1] is None else max(ends[0], ends[1])
    return replace(one, result=replace(one.result, at_most=open_to))


def _rank(one: Judged) -> tuple[int, int]:
    """Grade first, then how far it is left open; open without end is the furthest."""
    open_to = one.result.at_most
    return (one.result.grade or 0, _NO_END if open_to is None else open_to)


_NO_END = 9


def raised(found: Judged, other: Judged) -> Judged:
    """``found``, unless ``other`` proves more; ``other`` alone can never make a grade lower or known."""
    proven = other.result.grade or 0
    if proven <= (found.result.grade or 0):
        return found
    if found.result.grade is not None:
        return _opened_as_far_as(other, found)
    why = f"{other.result.why}; {found.result.why}"
    return replace(other, result=replace(other.result, at_least=True, at_most=None, why=why))
