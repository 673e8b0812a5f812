"""Which adverse events were there in a course, and how bad did each term get?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitoring.domain.episodes import Episode, episodes_of
from monitoring.domain.worst_grades import GradedAt
from monitoring.selectors.course_worst import CourseWorst, said_points, source_of, spoken_of, worst_from
from monitoring.selectors.dose_stretches import cycles_of, first_dose_of, stretches_of
from monitoring.selectors.standing_grades import Words, confirmations_of, newest_rows

COLUMNS = ("term", "observed_at", "grade", "at_least", "proposed", "observation__observable")


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One adverse event of a course, with the term it is one of."""

    term: str
    name: str
    episode: Episode


@dataclass(frozen=True, slots=True)
class Toxicities:
    """What came of a course's grades; ``events`` are newest first, those not known to be over before the others."""

    worst: CourseWorst
    events: tuple[AdverseEvent, ...]


def toxicities_of(course_id: int, *, at: datetime) -> Toxicities:
    """Work out the course's adverse events from every grade that counts at ``at``, in six queries.

    It reads the whole history: half a second for five days of a monitor's feed. A page that renews itself asks
    ``course_worst`` instead.
    """
    cycles, said = cycles_of(course_id), confirmations_of(course_id)
    points = said_points(course_id, said, at=at)
    for term, one in _measured(course_id, said, at=at):
        points[term].append(one)
    worst, first = worst_from(points, stretches_of(cycles, at), at=at), first_dose_of(cycles)
    events = [
        AdverseEvent(row.term, row.name, episode)
        for row in worst.terms
        for episode in episodes_of(points[row.term], first_dose_at=first)
    ]
    newest = sorted(events, key=lambda event: event.episode.onset_at, reverse=True)
    return Toxicities(worst, tuple(sorted(newest, key=lambda event: not event.episode.is_open)))


def _measured(course_id: int, said: Words, *, at: datetime) -> list[tuple[str, GradedAt]]:
    """Every measured grade that nobody had a word on."""
    rows = newest_rows(course_id, at=at).exclude(observation__in=spoken_of(said)).values_list(*COLUMNS)
    return [
        (term, GradedAt(observed_at, grade, at_least, proposed, source_of(term, observable)))
        for term, observed_at, grade, at_least, proposed, observable in rows.iterator()
    ]
