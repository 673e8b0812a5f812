"""Which grades may a clinician give under a term of one version, in which words, and who may give them?"""

from __future__ import annotations

from dataclasses import dataclass

from monitoring.domain.ctcae import GradeRow, TermRule

NONE, DEATH = 0, 5


@dataclass(frozen=True, slots=True)
class GradeChoice:
    """One grade that the version offers under a term, with its short wording (a project's own) and printed limits."""

    grade: int
    words: str
    limits: str = ""


def choices_of(rule: TermRule) -> tuple[GradeChoice, ...]:
    """Return the grades of ``rule`` from none to the worst; () when the version has no such term.

    A grade that the version leaves out under this term is not among them; 5 only where the version offers it.
    """
    if not rule.present:
        return ()
    rows = sorted((row for row in rule.rows if row.clauses or row.clinical), key=lambda row: row.grade)
    offered = [GradeChoice(NONE, "none of these"), *(_choice(row) for row in rows)]
    return (*offered, GradeChoice(DEATH, "death")) if rule.may_be_fatal else tuple(offered)


def _choice(row: GradeRow) -> GradeChoice:
    both = [f"{clause.clinical} (with the number)" for clause in row.clauses if clause.clinical]
    limits = row.printed or [bound.text() for clause in row.clauses for bound in clause.bounds]
    return GradeChoice(row.grade, "; or ".join(dict.fromkeys([*row.clinical, *both])), "; ".join(dict.fromkeys(limits)))


def may_be_entered(rule: TermRule) -> bool:
    """Whether a clinician may enter a grade of the term without a number: some grade of it is in words."""
    return rule.present and any(row.clinical for row in rule.rows)


def needs_physician(*, given: int, proposed: int | None) -> bool:
    """Whether only a physician may give this grade.

    A nurse may confirm what is proposed and find it worse; to find it better, or to say that somebody died of it, is
    a physician's. ``proposed`` None: nothing is.
    """
    return given == DEATH or (proposed is not None and given < proposed)
