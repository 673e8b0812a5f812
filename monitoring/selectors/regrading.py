"""Which grades already given rest on a fact that came late, was corrected or was struck?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from dosing.models import Course
from monitoring.domain.standing import VOID
from monitoring.models import GradingOutcome, Observation, ToxicityGrade
from monitoring.selectors.course_rules import GradingRules
from monitoring.selectors.grading_context import AROUND, ENTRIES, depends_on_kin, is_entry

# What is graded in the light of what: a fact touches these from its own instant on, for as long as AROUND.
DEPENDENTS = {
    "bp_systolic": ENTRIES,
    "o2_device": Q(observable__in=("spo2", "pao2")),
    "temperature": Q(observable__in=("temperature", "anc")),
    "urine_output": Q(observable="urine_output"),
    "albumin": Q(observable__in=("calcium_total", "albumin")),
    "calcium_total": Q(observable="albumin"),
}
OF_ENTRIES = ENTRIES | Q(observable="bp_systolic")

Causes = dict[UUID, tuple[Observation, Observation]]


def touched_by(course: Course, facts: Sequence[tuple[Observation, Observation]], rules: GradingRules) -> Causes:
    """Return every graded observation that one of ``facts`` touches, with the first cause that does.

    ``facts`` pairs an observation whose instant and kind matter with the fresh one that brought the change: itself,
    or the correction that took its place. Never a fresh one: those were graded with everything in view.
    """
    fresh = {cause.pk for _, cause in facts}
    found: Causes = {}
    for what, group in _by_dependents(facts):
        since, until = min(fact.observed_at for fact, _ in group), max(fact.observed_at for fact, _ in group) + AROUND
        rows = graded_of(course).filter(what, observed_at__gte=since, observed_at__lte=until).exclude(pk__in=fresh)
        for row in rows:
            cause = next((cause for fact, cause in group if _reaches(fact, row)), None)
            if cause is not None and _can_change(row, rules):
                found.setdefault(row.pk, (row, cause))
    return found


def graded_of(course: Course) -> QuerySet[Observation]:
    """The standing observations of the course's patient that this course has graded, oldest first."""
    graded = GradingOutcome.objects.filter(course=course, observation=OuterRef("pk"))
    standing = Observation.objects.filter(Exists(graded), patient=course.patient_id, replaced_by__isnull=True)
    return standing.exclude(status__in=VOID).order_by("observed_at", "id")


def newest_grades(course: Course, rows: Iterable[Observation]) -> dict[UUID, dict[str, ToxicityGrade]]:
    """The newest grade of each term, by observation; nothing for one that was never graded."""
    found: dict[UUID, dict[str, ToxicityGrade]] = {}
    for grade in ToxicityGrade.objects.filter(course=course, observation__in=list(rows)).order_by("id"):
        found.setdefault(grade.observation_id, {})[grade.term] = grade
    return found


def _by_dependents(
    facts: Sequence[tuple[Observation, Observation]],
) -> list[tuple[Q, list[tuple[Observation, Observation]]]]:
    groups: Mapping[str, list[tuple[Observation, Observation]]]
    groups = {name: [pair for pair in facts if pair[0].observable == name] for name in DEPENDENTS}
    entries = [pair for pair in facts if is_entry(pair[0].observable)]
    wanted = [(DEPENDENTS[name], group) for name, group in groups.items()] + [(OF_ENTRIES, entries)]
    return [(what, group) for what, group in wanted if group]


def _reaches(fact: Observation, row: Observation) -> bool:
    return fact.observed_at <= row.observed_at <= fact.observed_at + AROUND


def _can_change(row: Observation, rules: GradingRules) -> bool:
    """A temperature rests on others only above 40.0; everything else that is touched may be another grade."""
    return row.observable != "temperature" or depends_on_kin(row, rules.observables)
