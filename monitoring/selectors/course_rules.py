"""Which observables table and CTCAE version a course is graded by: the texts pinned to it, parsed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from dosing.models import Course
from monitoring.domain.ctcae import Ctcae
from monitoring.domain.observable import Observables
from monitoring.rules.loader import parse_ctcae, parse_observables


@dataclass(frozen=True, slots=True)
class GradingRules:
    """The pinned tables of one course; ``sha256`` names both together and is kept with every grade."""

    observables: Observables
    ctcae: Ctcae
    sha256: str


def grading_rules_of(course: Course) -> GradingRules:
    """The rules ``course`` is graded by. Raises when a pinned text no longer parses: nothing is graded then."""
    return GradingRules(
        observables=_observables(course.observables.sha256, course.observables.text),
        ctcae=_ctcae(course.ctcae.sha256, course.ctcae.text),
        sha256=course.ctcae.sha256,
    )


@lru_cache(maxsize=16)
def _observables(_sha256: str, text: str) -> Observables:
    return parse_observables(text)


@lru_cache(maxsize=16)
def _ctcae(_sha256: str, text: str) -> Ctcae:
    return parse_ctcae(text)
