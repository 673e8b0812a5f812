"""What has been charted on vasopressors, drug by drug, and which of it is in force now?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dosing.domain.current import trouble
from dosing.domain.facts import Facts
from dosing.domain.interval import ANYTHING, NOTHING, Interval, interval_of
from dosing.domain.snapshot import Reading, Status


@dataclass(frozen=True, slots=True)
class Word:
    """One charted word on one drug: its rate from then on; "none is running" is the rate 0 of every drug."""

    reading: Reading
    rate: Interval
    is_usable: bool = True

    @property
    def observed_at(self) -> datetime:
        return self.reading.observed_at

    @property
    def is_preliminary(self) -> bool:
        return self.reading.status is Status.PRELIMINARY


@dataclass(frozen=True, slots=True)
class InForce:
    """A drug's rate now. ``words`` are the newest (a tie: the worse counts), ``adverse`` may only make met.

    ``problem`` is "" when known, else absent, stale or unusable; ``last`` is the word it rests on.
    """

    words: tuple[Word, ...]
    adverse: tuple[Word, ...]
    problem: str
    last: Reading | None
    lapses_at: datetime | None


def words_on(drug: str, facts: Facts) -> list[Word]:
    """Everything charted that says how fast this drug runs, oldest first."""
    pressors = facts.rules.pressors
    codes = facts.rules.inputs[pressors.none].codes
    words = [_rate_word(reading) for reading in facts.readings(pressors.rates[drug])]
    words += [Word(r, NOTHING) for r in facts.readings(pressors.none) if not trouble(r, codes)]
    return sorted(words, key=lambda word: word.observed_at)


def in_force(drug: str, facts: Facts) -> InForce:
    """Return the drug's rate now: its newest word holds.

    A running rate is current for the rate's own age limit. Where the drug was stopped or never charted, a fresh
    word on any vasopressor says that it does not run.
    """
    words = words_on(drug, facts)
    newest = at_last_instant([word for word in words if not word.is_preliminary])
    early = tuple(word for word in words if word.is_preliminary and _may_count(word, newest, facts))
    runs = [word for word in newest if word.rate != NOTHING]
    if runs:
        return _running(runs, newest, early, words, facts)
    said = newest_words(facts)
    if not said:
        return InForce(tuple(newest), early, "absent", None, None)
    lapses_at = max(_lapse(reading, facts) for reading in said)
    problem = "stale" if lapses_at < facts.at else ""
    last = newest[-1].reading if newest and not problem else said[-1]
    return InForce(tuple(newest), early, problem, last, lapses_at)


def _running(runs: list[Word], newest: list[Word], early: tuple[Word, ...], words: list[Word], facts: Facts) -> InForce:
    lapses_at = min(_lapse(word.reading, facts) for word in runs)
    last = runs[-1].reading
    if lapses_at < facts.at:
        return InForce((), early, "stale", last, lapses_at)
    if all(word.is_usable for word in runs):
        return InForce(tuple(newest), early, "", last, lapses_at)
    usable = at_last_instant([word for word in words if word.is_usable and not word.is_preliminary])
    older = tuple(word for word in usable if _lapse(word.reading, facts) >= facts.at)
    return InForce((), older + early, "unusable", last, lapses_at)


def newest_words(facts: Facts) -> list[Reading]:
    """The newest usable readings on any vasopressor; preliminary ones are not a word."""
    pressors = facts.rules.pressors
    codes = facts.rules.inputs[pressors.none].codes
    said = [r for name in pressors.rates.values() for r in facts.readings(name) if not trouble(r)]
    said += [r for r in facts.readings(pressors.none) if not trouble(r, codes)]
    firm = [reading for reading in said if reading.status is not Status.PRELIMINARY]
    newest = max((reading.observed_at for reading in firm), default=None)
    return [reading for reading in firm if reading.observed_at == newest]


def words_in_window(drug: str, facts: Facts) -> list[Word]:
    """The words since the previous dose started, and the one in force at that start; all if it is not known."""
    words = words_on(drug, facts)
    opened_at = facts.window_opened_at
    if opened_at is None:
        return words
    before = [word for word in words if word.observed_at <= opened_at and not word.is_preliminary]
    return at_last_instant(before) + [word for word in words if word.observed_at > opened_at]


def at_last_instant(words: list[Word]) -> list[Word]:
    """The words of the newest instant; ``words`` are oldest first."""
    return [word for word in words if word.observed_at == words[-1].observed_at]


def _rate_word(reading: Reading) -> Word:
    if trouble(reading) or reading.value is None:
        return Word(reading, ANYTHING, is_usable=False)
    return Word(reading, interval_of(reading.value, reading.comparator))


def _may_count(word: Word, newest: list[Word], facts: Facts) -> bool:
    is_new = not newest or word.observed_at >= newest[-1].observed_at
    return word.is_usable and is_new and _lapse(word.reading, facts) >= facts.at


def _lapse(reading: Reading, facts: Facts) -> datetime:
    """Until when a word holds, inclusive: a rate for its own limit, a rate of 0 as long as "none is running"."""
    none = facts.rules.pressors.none
    is_none = reading.observable == none or (reading.value == 0 and reading.comparator is None)
    name = none if is_none else reading.observable
    max_age = facts.rules.inputs[name].max_age
    if max_age is None:
        raise ValueError(f"{name} needs an age limit: a vasopressor's rate cannot hold for ever")
    return reading.observed_at + max_age
