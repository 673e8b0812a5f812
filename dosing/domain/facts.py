"""Which of a snapshot's facts count at its instant, and in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from dosing.domain.current import Current, current_of
from dosing.domain.inputs import InputRules
from dosing.domain.snapshot import Answer, CourseFacts, Origin, Reading, Snapshot, Status, TermGrade

_VOID = (Status.CANCELLED, Status.ENTERED_IN_ERROR)
_RANK = {
    Status.PRELIMINARY: 0,
    Status.FINAL: 1,
    Status.AMENDED: 2,
    Status.CORRECTED: 2,
    Status.CANCELLED: 3,
    Status.ENTERED_IN_ERROR: 3,
}


class Facts:
    """A snapshot's facts, indexed: nothing after ``at``, nothing void, nothing replaced, each once."""

    def __init__(self, snapshot: Snapshot, rules: InputRules) -> None:
        self._snapshot = snapshot
        self._current: dict[str, Current] = {}
        self.rules = rules
        self.at: datetime = snapshot.at
        self.course: CourseFacts = snapshot.course

    @cached_property
    def _by_input(self) -> dict[str, list[Reading]]:
        found: dict[str, list[Reading]] = defaultdict(list)
        for reading in _counted(sorted(self._snapshot.readings, key=reading_key), self.at):
            found[reading.observable].append(reading)
        return dict(found)

    @cached_property
    def _answers(self) -> dict[str, list[Answer]]:
        found: dict[str, list[Answer]] = defaultdict(list)
        answers = {answer for answer in self._snapshot.answers if answer.observed_at <= self.at}
        for answer in sorted(answers, key=lambda a: (a.observed_at, a.state, a.resolved)):
            found[answer.criterion].append(answer)
        return dict(found)

    def readings(self, name: str) -> Sequence[Reading]:
        """All readings of an input that count, oldest first; preliminary and unusable ones among them."""
        return self._by_input.get(name, ())

    def answers(self, criterion: str) -> Sequence[Answer]:
        """All answers to a criterion, oldest first."""
        return self._answers.get(criterion, ())

    def grades(self, term: str) -> tuple[TermGrade, ...]:
        """The grades given for a CTCAE term; usually one."""
        return tuple(
            grade
            for grade in dict.fromkeys(self._snapshot.grades)
            if grade.term == term and (grade.observed_at is None or grade.observed_at <= self.at)
        )

    def current(self, name: str) -> Current:
        """The input's present value, or why there is none."""
        if name not in self._current:
            rule = self.rules.inputs.get(name)
            self._current[name] = current_of(name, self.readings(name), rule, self.at)
        return self._current[name]

    @property
    def window_opened_at(self) -> datetime | None:
        """Start of "since the previous dose": its start, for the first dose the cycle's; None if not known."""
        return self.course.previous_dose_started_at or self.course.cycle_started_at

    def without_devices_after(self, instant: datetime) -> Facts:
        """The same facts without what devices sent later than ``instant``."""

        def stays(fact: Reading | TermGrade) -> bool:
            late = fact.observed_at is None or fact.observed_at > instant
            return not (fact.origin is Origin.DEVICE and late)

        readings = tuple(reading for reading in self._snapshot.readings if stays(reading))
        grades = tuple(grade for grade in self._snapshot.grades if stays(grade))
        return Facts(replace(self._snapshot, readings=readings, grades=grades), self.rules)


def reading_key(reading: Reading) -> tuple[datetime, datetime, str]:
    """A total order of readings: by time first, then by everything else they say."""
    sign, rest = reading.comparator or "", reading.id or ""
    said = f"{reading.value}{sign}{reading.code}|{reading.status}{reading.origin}|{reading.unusable}"
    return (
        reading.observed_at,
        reading.interval_start or reading.observed_at,
        f"{said}|{reading.uln}|{rest}|{reading.replaces}|{reading.shown}",
    )


def _counted(readings: Iterable[Reading], at: datetime) -> list[Reading]:
    known = [reading for reading in dict.fromkeys(readings) if reading.observed_at <= at]
    replaced = {reading.replaces for reading in known if reading.status is not Status.PRELIMINARY} - {None}
    newest_version: dict[str, int] = {}
    for reading in known:
        if reading.id is not None:
            newest_version[reading.id] = max(_RANK[reading.status], newest_version.get(reading.id, 0))
    return [
        reading
        for reading in known
        if reading.status not in _VOID
        and reading.id not in replaced
        and (reading.id is None or _RANK[reading.status] == newest_version[reading.id])
    ]
