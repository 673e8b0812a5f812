"""What an assessment answers: the verdict, criterion by criterion, and what was missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from dosing.domain.verdict import Verdict


class State(StrEnum):
    """The three answers a criterion can give."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion's answer with its evidence.

    ``kind`` is the source's own word: relative, absolute, hold, permanent_discontinue, floor, ctcae, count.
    ``reason`` names why it is unknown (absent, stale, unusable, straddles, gap, not_answered, not_done,
    not_gradable, error) and is "" otherwise. ``value`` is what was seen ("3.4 mg/dL"), "" when nothing was.
    ``limit`` is the limit in words ("3 mg/dL or more"); ``source`` a short citation; ``verification`` the
    level from the rule file. ``input`` is the input it reads ("creatinine"), or its bedside group.
    """

    id: str
    state: State
    kind: str
    label: str
    input: str
    organ_system: str
    limit: str = ""
    value: str = ""
    observed_at: datetime | None = None
    reason: str = ""
    detail: str = ""
    source: str = ""
    verification: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """One required input that cannot be used, with the last value seen of it ("" and None: never seen)."""

    input: str
    label: str
    reason: str
    last_value: str = ""
    last_observed_at: datetime | None = None
    needed_within_h: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The whole answer for one dose.

    ``found`` is the verdict of the criteria alone; ``verdict`` also counts a latched stop, a slot hold and
    an observation still being assessed. ``latches`` is the stop that must latch on the cycle or patient (a
    confirmed one), or None. ``valid_until`` is the instant at which the first input a CONTINUE or REVIEW
    rests on lapses, inclusive; None for every other verdict. ``why`` is short plain text, most important first.
    ``overlay_sha256`` is "" where no overlay took part.
    """

    verdict: Verdict
    found: Verdict
    results: tuple[CriterionResult, ...]
    missing: tuple[Missing, ...]
    why: tuple[str, ...]
    inputs_hash: str
    protocol_sha256: str
    overlay_sha256: str = ""
    latches: Verdict | None = None
    valid_until: datetime | None = None

    def ids(self, state: State) -> tuple[str, ...]:
        """The ids of the criteria in ``state``, sorted."""
        return tuple(sorted(result.id for result in self.results if result.state is state))

    @property
    def met(self) -> tuple[str, ...]:
        return self.ids(State.MET)

    @property
    def unknown(self) -> tuple[str, ...]:
        return self.ids(State.UNKNOWN)

    @property
    def not_met(self) -> tuple[str, ...]:
        return self.ids(State.NOT_MET)


def outcome_token(outcome: Outcome) -> str:
    """Return what a person's act on this outcome binds to: its verdict, met and unknown ids, and rule files.

    Values and times may move without changing it. sha256, in hex.
    """
    parts = [
        outcome.verdict.value,
        ",".join(outcome.met),
        ",".join(outcome.unknown),
        outcome.protocol_sha256,
        outcome.overlay_sha256,
    ]
    return sha256("|".join(parts).encode()).hexdigest()
