"""When did an adverse event begin, how bad did it get, and is it over?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitoring.domain.worst_grades import GradedAt, Worst, worst_of_some

MILD = 1


@dataclass(frozen=True, slots=True)
class Episode:
    """One adverse event of one term. ``resolved_at`` None: nothing graded has shown that it is over.

    ``onset_at`` is the first observation that showed it, ``resolved_at`` the first one that showed it gone.
    ``baseline`` is the grade that stood before the course's first dose; None: none was known, taken as none.
    """

    onset_at: datetime
    worst: Worst
    resolved_at: datetime | None
    baseline: int | None

    @property
    def is_open(self) -> bool:
        """Whether it is not known to be over."""
        return self.resolved_at is None


def episodes_of(points: Iterable[GradedAt], *, first_dose_at: datetime | None) -> tuple[Episode, ...]:
    """Return the adverse events of one term, oldest first; order and repetition of ``points`` never change them.

    Baseline: the grade that stood at the course's first dose (inclusive). What was there before treatment is no
    adverse event of it, so without a first dose there are none. Onset: the first grade above the baseline, 1 or more.
    Over: back at the baseline or below; after grade 2 or worse also back at grade 1, and then a new event begins only
    above grade 1, or above the baseline once that was reached. (The project's rule; issue 3 asks for onset, worst and
    resolution and no source prints one. "Grade 1 or baseline" is the usual wording of trials, recalled, not read.)

    What could not be graded changes nothing: it neither ends an event nor begins one, and at the instant of a grade
    from the same source it keeps that grade from showing that anything is over. Where several sources grade a term
    the worst of what each showed last stands.
    """
    if first_dose_at is None:
        return ()
    seen = list(points)
    levels = list(_levels(seen))
    before = [level for instant, level in levels if instant <= first_dose_at]
    baseline = before[-1] if before else None
    treated = [(instant, level) for instant, level in levels if instant > first_dose_at]
    return tuple(_episode(seen, span, baseline) for span in _spans(treated, baseline or 0))


Span = tuple[datetime, datetime | None]


def _levels(points: Sequence[GradedAt]) -> Iterator[tuple[datetime, int]]:
    """The grade that stands after each instant with a grade: the worst of what every source showed last."""
    instants: dict[datetime, dict[str, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    for point in points:
        instants[point.observed_at][point.source].append(point.grade)
    last: dict[str, int] = {}
    for instant in sorted(instants):
        for source, grades in instants[instant].items():
            known = [grade for grade in grades if grade is not None]
            if len(known) < len(grades) and source in last:
                known.append(last[source])
            if known:
                last[source] = max(known)
        if last:
            yield instant, max(last.values())


def _spans(levels: Iterable[tuple[datetime, int]], baseline: int) -> Iterator[Span]:
    onset, worst, floor = None, 0, baseline
    for instant, level in levels:
        if onset is None:
            if level > floor:
                onset, worst = instant, level
            elif level <= baseline:
                floor = baseline
            continue
        worst = max(worst, level)
        if level <= (max(baseline, MILD) if worst > MILD else baseline):
            yield onset, instant
            onset, floor = None, max(baseline, level)
    if onset is not None:
        yield onset, None


def _episode(points: Iterable[GradedAt], span: Span, baseline: int | None) -> Episode:
    onset_at, resolved_at = span
    during = [
        point
        for point in points
        if point.observed_at >= onset_at and (resolved_at is None or point.observed_at < resolved_at)
    ]
    return Episode(onset_at, worst_of_some(during), resolved_at, baseline)
