"""What was answered at the bedside, each answer with what was struck for it, and who may put it right?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dosing.domain.protocol import Protocol, Question
from dosing.models import Course
from dosing.selectors.courses import rules_of
from monitoring.domain.correcting import ASK_TO_END, Right, right_to_answer
from monitoring.models import BedsideFinding

MOST_ROUNDS = 8
MOST_ROWS = 4000

Rows = Sequence[BedsideFinding]
Strikes = dict[UUID | None, BedsideFinding]


@dataclass(frozen=True, slots=True)
class AnswerVersion:
    """One answer as it was given. ``why``: why it took the place of the one before, "" for the first.

    ``struck_why`` says why it was struck, "" while it stands; ``struck_by`` by whom.
    """

    round_id: UUID
    option: str
    text: str
    recorded_at: datetime
    who: str
    why: str
    struck_why: str
    struck_by: str
    struck_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChartedAnswer:
    """One question at one time with every answer to it, newest first. ``right`` is of whoever looks."""

    question: str
    text: str
    choices: tuple[tuple[str, str], ...]
    versions: tuple[AnswerVersion, ...]
    is_present: bool
    right: Right
    advice: str

    @property
    def newest(self) -> AnswerVersion:
        return self.versions[0]

    @property
    def earlier(self) -> tuple[AnswerVersion, ...]:
        """What it took the place of, newest first."""
        return self.versions[1:]

    @property
    def key(self) -> str:
        """What names the answer that was seen: a later one has another name."""
        return f"{self.newest.round_id}-{self.question}"

    @property
    def is_taken_back(self) -> bool:
        return bool(self.newest.struck_why)


@dataclass(frozen=True, slots=True)
class ChartedRound:
    """What was looked at at one time."""

    observed_at: datetime
    answers: tuple[ChartedAnswer, ...]
    people: str

    @property
    def present(self) -> int:
        """How many answers that stand found something."""
        return sum(1 for one in self.answers if one.is_present and not one.is_taken_back)

    @property
    def corrected(self) -> int:
        """How many answers were put right or taken back."""
        return sum(1 for one in self.answers if one.is_taken_back or len(one.versions) > 1)


def needs_physician(protocol: Protocol, rows: Iterable[BedsideFinding]) -> bool:
    """Whether one of the rows found something that no later answer ends: only a physician's word does."""
    asked = {row.id: row.asked for row in protocol.criteria}
    return any(
        row.state == "present" and (rule := asked.get(row.criterion)) is not None and rule.window != "at_dosing"
        for row in rows
    )


def rounds_of(
    course: Course, *, since: datetime | None, at: datetime, is_physician: bool
) -> tuple[list[ChartedRound], bool]:
    """Return the newest rounds of answers after ``since`` (None: ever), newest first, and whether there were more."""
    protocol = rules_of(course).protocol.value
    questions = {one.id: one for one in protocol.questions}
    found = BedsideFinding.objects.filter(course=course, observed_at__lte=at)
    if since is not None:
        found = found.filter(observed_at__gt=since)
    rows = list(found.select_related("recorded_by").order_by("-observed_at", "-id")[:MOST_ROWS])
    by_time: dict[datetime, list[BedsideFinding]] = defaultdict(list)
    for row in rows:
        if row.question in questions:
            by_time[row.observed_at].append(row)
    times = list(by_time)[:MOST_ROUNDS]
    rounds = [_round(observed_at, by_time[observed_at], questions, protocol, is_physician) for observed_at in times]
    return rounds, len(by_time) > MOST_ROUNDS or len(rows) == MOST_ROWS


def _round(
    observed_at: datetime,
    rows: Sequence[BedsideFinding],
    questions: dict[str, Question],
    protocol: Protocol,
    is_physician: bool,
) -> ChartedRound:
    strikes: Strikes = {row.entered_in_error_id: row for row in rows if row.entered_in_error_id is not None}
    given: dict[str, dict[UUID, list[BedsideFinding]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.entered_in_error_id is None:
            given[row.question][row.round_id].append(row)
    answers = [
        _answer(question, versions, strikes, protocol, is_physician)
        for key, question in questions.items()
        for versions in _chains(list(given[key].values()), strikes)
    ]
    people = dict.fromkeys(str(row.recorded_by) for row in reversed(rows) if row.entered_in_error_id is None)
    return ChartedRound(observed_at, tuple(answers), ", ".join(people))


def _chains(versions: Sequence[Rows], strikes: Strikes) -> list[list[Rows]]:
    """Put each answer together with those it took the place of, newest first: it was kept when they were struck."""
    found: list[list[Rows]] = []
    for rows in versions:
        strike = strikes.get(rows[0].pk)
        after = found[-1][-1][0] if found else None
        if strike is not None and after is not None and after.reason and after.recorded_at == strike.recorded_at:
            found[-1].append(rows)
        else:
            found.append([rows])
    return found


def _answer(
    question: Question,
    versions: Sequence[Rows],
    strikes: Strikes,
    protocol: Protocol,
    is_physician: bool,
) -> ChartedAnswer:
    choices = question.choices
    right = right_to_answer(is_physician=is_physician, needs_physician=needs_physician(protocol, versions[0]))
    return ChartedAnswer(
        question=question.id,
        text=question.text,
        choices=tuple(choices),
        versions=tuple(_version(rows[0], dict(choices), strikes) for rows in versions),
        is_present=any(row.state == "present" for row in versions[0]),
        right=right,
        advice=ASK_TO_END if right is Right.NONE else "",
    )


def _version(row: BedsideFinding, words: dict[str, str], strikes: Strikes) -> AnswerVersion:
    strike = strikes.get(row.pk)
    return AnswerVersion(
        round_id=row.round_id,
        option=row.option,
        text=words.get(row.option, row.option.replace("_", " ")),
        recorded_at=row.recorded_at,
        who=str(row.recorded_by),
        why=row.reason,
        struck_why=strike.reason if strike is not None else "",
        struck_by=str(strike.recorded_by) if strike is not None else "",
        struck_at=strike.recorded_at if strike is not None else None,
    )


def forms_of_answers(rounds: Iterable[ChartedRound]) -> dict[str, dict[str, Any]]:
    """What the page's script needs to fill the form of each answer that may be put right, by round and question."""
    return {
        one.key: {
            "round": str(one.newest.round_id),
            "question": one.question,
            "name": one.text,
            "stands": one.newest.text,
            "option": one.newest.option,
            "choices": [list(choice) for choice in one.choices],
        }
        for each in rounds
        for one in each.answers
        if one.right is not Right.NONE and not one.is_taken_back
    }
