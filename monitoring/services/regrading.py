"""How grades already given follow a fact that came late, was corrected or was struck: by a revision, never a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from dosing.models import Course
from dosing.services.trail import note_course
from il2ward.audit.actor import SYSTEM
from monitoring.domain.facts import TermResult
from monitoring.domain.standing import VOID
from monitoring.models import CourseBaseline, GradingOutcome, Observation, Regrading, SiteLimit, ToxicityGrade
from monitoring.selectors.course_rules import GradingRules, grading_rules_of
from monitoring.selectors.grading_context import is_entry
from monitoring.selectors.regrading import Causes, graded_of, newest_grades, touched_by
from monitoring.services import current_values, second_looks
from monitoring.services.row_grades import RowGrades, grade_row, grades_of_rows, outcome_row

NO_LONGER = "no longer graded from this value"


@dataclass(slots=True)
class _Cause:
    """One fact and what came of it: ``value`` as it was, "" where none was, and what ``happened`` to it.

    ``changed`` are the observations whose grades or standing are another now.
    """

    kind: str
    value: str
    happened: str
    about: Observation | CourseBaseline | SiteLimit
    entries: list[dict[str, object]] = field(default_factory=list)
    changed: set[UUID] = field(default_factory=set)

    @property
    def told(self) -> str:
        """The cause in words."""
        return f"{self.value} {self.happened}".strip()


def follow(
    course: Course, fresh: Sequence[Observation], moved: Iterable[str], *, at: datetime, by_worker: bool
) -> None:
    """Grade again, under the course's lock, whatever the just graded ``fresh`` rows touch; say what changed.

    What a fresh row replaces stops counting. ``moved`` are the observables whose baseline is another now: every
    grade of theirs is looked at. Everything else is bounded: a fact touches what was observed up to 27 h after it.
    Only real changes are written and told.
    """
    replaced = {row.pk: row for row in _replaced(fresh)}
    facts = [(row, row) for row in fresh if row.status not in VOID]
    facts += [(replaced[row.replaces_id], row) for row in fresh if row.replaces_id in replaced]
    rules = grading_rules_of(course)
    touched = touched_by(course, facts, rules)
    _add_moved(course, touched, fresh, moved)
    causes = {row.pk: _cause_of(row, replaced) for row in fresh}
    for row in fresh:
        if row.replaces_id in replaced:
            _retire(course, replaced[row.replaces_id], row, causes[row.pk], fresh, rules, at=at, by_worker=by_worker)
    pairs = [(row, causes[cause.pk]) for row, cause in touched.values()]
    _again(course, pairs, rules, at=at, by_worker=by_worker)
    _tell(course, causes.values(), at=at)


def after_baseline(course: Course, baseline: CourseBaseline, *, at: datetime) -> bool:
    """Grade again every value of the baseline's observable in the locked course; whether anything is another now."""
    value = baseline.observation
    cause = _Cause("baseline", "", f"baseline is now {shown(value)}: {baseline.reason}", baseline)
    return _look_again(course, graded_of(course).filter(observable=baseline.observable), cause, at=at)


def after_site_limit(course: Course, limit: SiteLimit, *, at: datetime) -> bool:
    """Grade again what came without its own limits since ``limit`` is valid; whether anything is another now."""
    rows = graded_of(course).filter(
        observable=limit.observable, range_low="", range_high="", observed_at__gte=limit.valid_from
    )
    cause = _Cause("site_limit", "", f"the site's limits are now {limit} ({limit.source})", limit)
    return _look_again(course, rows, cause, at=at)


def _look_again(course: Course, rows: Iterable[Observation], cause: _Cause, *, at: datetime) -> bool:
    _again(course, [(row, cause) for row in rows], grading_rules_of(course), at=at, by_worker=False)
    return _tell(course, [cause], at=at)


def shown(row: Observation) -> str:
    """A value for people, as it was sent."""
    return f"{row.comparator}{row.value or row.code.replace('_', ' ')} {row.unit}".strip()


def _replaced(fresh: Sequence[Observation]) -> list[Observation]:
    return list(Observation.objects.filter(pk__in=[row.replaces_id for row in fresh if row.replaces_id]))


def _cause_of(row: Observation, replaced: dict[UUID, Observation]) -> _Cause:
    old = replaced.get(row.replaces_id) if row.replaces_id else None
    if old is None:
        return _Cause("late", shown(row), "came late", row)
    if row.status in VOID:
        return _Cause("cancellation", shown(old), f"was {row.status.replace('-', ' ')}", row)
    if old.status == "preliminary" and row.status == "final":
        return _Cause("correction", f"preliminary {shown(old)}", f"became final {shown(row)}", row)
    return _Cause("correction", shown(old), f"was corrected to {shown(row)}", row)


def _add_moved(course: Course, touched: Causes, fresh: Sequence[Observation], moved: Iterable[str]) -> None:
    keys = {row.pk for row in fresh}
    for name in moved:
        cause = next(row for row in fresh if row.observable == name)
        for row in graded_of(course).filter(observable=name).exclude(pk__in=keys):
            touched.setdefault(row.pk, (row, cause))


def _retire(
    course: Course,
    old: Observation,
    new: Observation,
    cause: _Cause,
    fresh: Sequence[Observation],
    rules: GradingRules,
    *,
    at: datetime,
    by_worker: bool,
) -> None:
    """The replaced value's grades stop counting; what counts in their place is told beside them."""
    standing = newest_grades(course, [old, new])
    before, after = standing.get(old.pk, {}), standing.get(new.pk, {})
    revision = _next_revision(course, [old]).get(old.pk)
    if revision is None:
        return
    ended = [TermResult(None, why=cause.told, term=term) for term in sorted(before)]
    GradingOutcome.objects.create(
        observation=old, course=course, rules_sha256=rules.sha256, result="not_gradable", why=cause.told[:200],
        graded_at=at, by_worker=by_worker, revision=revision,
    )  # fmt: skip
    ToxicityGrade.objects.bulk_create(grade_row(course, old, one, rules, at=at, revision=revision) for one in ended)
    if any(row.pk == old.pk for row in fresh):
        return  # it was replaced before anybody saw a grade of it
    cause.changed.add(old.pk)
    for term in sorted({*before, *after}):
        _enter(cause, old, term, _grade_in(before, term), _grade_in(after, term))


def _again(
    course: Course, pairs: Sequence[tuple[Observation, _Cause]], rules: GradingRules, *, at: datetime, by_worker: bool
) -> None:
    """Look at each row once more; entries given and pressures apart, because entries read the pressures beside them."""
    for entries in (False, True):
        part = {row.pk: (row, cause) for row, cause in pairs if is_entry(row.observable) is entries}
        if not part:
            continue
        rows = [row for row, _ in part.values()]
        standing, revisions = newest_grades(course, rows), _next_revision(course, rows)
        for graded in grades_of_rows(course, rows, rules):
            _revise(
                course, graded, standing.get(graded.row.pk, {}), part[graded.row.pk][1], rules,
                revision=revisions[graded.row.pk], at=at, by_worker=by_worker,
            )  # fmt: skip


def _revise(
    course: Course,
    graded: RowGrades,
    before: dict[str, ToxicityGrade],
    cause: _Cause,
    rules: GradingRules,
    *,
    revision: int,
    at: datetime,
    by_worker: bool,
) -> None:
    """Write the terms that are another now, and nothing when none is."""
    now = {result.term: result for result in graded.results}
    gone = [TermResult(None, why=NO_LONGER, term=term) for term in before if term not in now]
    changed = [one for one in [*now.values(), *gone] if _differs(before.get(one.term), one)]
    if not changed:
        return
    outcome_row(course, graded, rules, at=at, by_worker=by_worker, revision=revision).save(force_insert=True)
    ToxicityGrade.objects.bulk_create(
        grade_row(course, graded.row, one, rules, at=at, revision=revision) for one in changed
    )
    shown_now = [grade_row(course, graded.row, one, rules, at=at) for one in graded.results]
    current_values.mark_graded(course.patient_id, [graded.row], shown_now)
    cause.changed.add(graded.row.pk)
    for one in changed:
        _enter(cause, graded.row, one.term, _grade_in(before, one.term), one.grade)


def _differs(before: ToxicityGrade | None, now: TermResult) -> bool:
    if before is None:
        return True
    return (before.grade, before.at_least, before.proposed) != (now.grade, now.at_least, now.proposed)


def _grade_in(grades: dict[str, ToxicityGrade], term: str) -> int | None:
    return grades[term].grade if term in grades else None


def _enter(cause: _Cause, row: Observation, term: str, before: int | None, after: int | None) -> None:
    if before != after:
        cause.entries.append(
            {
                "observation": str(row.pk), "observable": row.observable, "observed_at": row.observed_at.isoformat(),
                "shown": shown(row), "term": term, "before": before, "after": after,
            }
        )  # fmt: skip


def _next_revision(course: Course, rows: Iterable[Observation]) -> dict[UUID, int]:
    """The number of the next revision of each row that this course has looked at."""
    known = GradingOutcome.objects.filter(course=course, observation__in=[row.pk for row in rows])
    newest = known.order_by().values_list("observation").annotate(newest=Max("revision"))
    return {observation: revision + 1 for observation, revision in newest}


def _tell(course: Course, causes: Iterable[_Cause], *, at: datetime) -> bool:
    """Keep one record for each cause that changed something, with what was done on the strength of it."""
    told = False
    for cause in causes:
        acts = second_looks.acts_resting_on(course, cause.changed, at=at) if cause.changed else []
        if cause.entries or acts:
            _record(course, cause, acts, at=at)
            told = True
    return told


def _record(course: Course, cause: _Cause, acts: list[dict[str, object]], *, at: datetime) -> None:
    about = cause.about
    row = Regrading.objects.create(
        course=course, at=at, cause=cause.kind, told=cause.told[:300], touched=cause.entries, acts=acts,
        observation=about if isinstance(about, Observation) else None,
        baseline=about if isinstance(about, CourseBaseline) else None,
        site_limit=about if isinstance(about, SiteLimit) else None,
    )  # fmt: skip
    body = {
        "regrading": row.pk, "cause": row.cause, "value": cause.value, "happened": cause.happened,
        "observable": about.observable,
        "observed_at": about.observed_at.isoformat() if isinstance(about, Observation) else None,
        "changes": cause.entries, "acts": acts,
    }  # fmt: skip
    note_course(course, "grades.revised", actor=SYSTEM, at=at, body=body)
