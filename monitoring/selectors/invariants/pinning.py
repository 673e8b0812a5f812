"""Is every course judged by the rules it was pinned to, byte for byte, and by no others?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from dosing.models import Assessment, Course, RuleFile
from monitoring.models import GradingOutcome, ToxicityGrade
from monitoring.selectors.course_rules import grading_rules_of
from monitoring.selectors.invariants.deciding import pinned
from monitoring.selectors.invariants.invariant import Invariant

PINS = ("regimen", "protocol", "overlay", "inputs", "ctcae", "observables")
# The gate of CTCAE grades judges alone or beside a protocol (ADR 7), and is kept once, as what it was first pinned as.
ONE_KIND = {"overlay": "protocol"}


def other_rules(_at: datetime) -> Iterator[str]:
    """Altered texts, pins of the wrong kind, and grades or assessments made under other rules."""
    yield from altered_texts()
    for course in Course.objects.select_related(*PINS):
        yield from wrong_kinds(course)
        yield from foreign_grades(course)
    for row in Assessment.objects.select_related(
        "course__protocol", "course__inputs", "course__ctcae", "course__overlay"
    ):
        if not pinned(row):
            yield f"assessment {row.pk} was made under rules its course is not pinned to"


def altered_texts() -> Iterator[str]:
    """Rule files whose kept text does not have the hash they are named by."""
    for row in RuleFile.objects.iterator():
        if hashlib.sha256(row.text.encode()).hexdigest() != row.sha256:
            yield f"the kept text of {row} is not the one of its hash"


def wrong_kinds(course: Course) -> Iterator[str]:
    """Pins of a course that are not what they stand for."""
    for kind in PINS:
        row = getattr(course, kind)
        if row is not None and ONE_KIND.get(row.kind, row.kind) != ONE_KIND.get(kind, kind):
            yield f"course {course.pk} has a {row.kind} where its {kind} must be"


def foreign_grades(course: Course) -> Iterator[str]:
    """Grades of a course that were made under another CTCAE version or other rules."""
    rules = grading_rules_of(course)
    if GradingOutcome.objects.filter(course=course).exclude(rules_sha256=rules.sha256).exists():
        yield f"course {course.pk} has observations that were graded under other rules"
    if ToxicityGrade.objects.filter(course=course).exclude(ctcae_version=rules.ctcae.version).exists():
        yield f"course {course.pk} has grades of another CTCAE version"


INVARIANTS = (Invariant("I21", "A course is judged by its pinned rules and by no others.", other_rules),)
