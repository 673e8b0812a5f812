"""What may a bed's card say right now, given what was last stored? A pure function; no database, no clock.

The stored assessment is yesterday's word: here it is held against the time, against evidence that nobody has
assessed yet and against a standing stop. Nothing here can turn anything into CONTINUE.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dosing.domain.verdict import Verdict

WINDOW = timedelta(hours=2)
UPDATING_FOR = timedelta(seconds=2)


class Face(StrEnum):
    """What the verdict band shows: the domain's verdicts, and what only a screen needs to say."""

    STOP_PERMANENT = "STOP_PERMANENT"
    STOP_CYCLE = "STOP_CYCLE"
    HOLD = "HOLD"
    UNDECIDED = "UNDECIDED"
    REVIEW = "REVIEW"
    CONTINUE = "CONTINUE"
    NOT_YET_DUE = "NOT_YET_DUE"
    UPDATING = "UPDATING"
    NO_DOSE = "NO_DOSE"

    @property
    def word(self) -> str:
        """The word on the screen."""
        return WORDS[self]


WORDS = {
    Face.STOP_PERMANENT: "STOP FOR GOOD",
    Face.STOP_CYCLE: "STOP CYCLE",
    Face.HOLD: "HOLD",
    Face.UNDECIDED: "CANNOT DECIDE",
    Face.REVIEW: "REVIEW",
    Face.CONTINUE: "CONTINUE",
    Face.NOT_YET_DUE: "NOT YET DUE",
    Face.UPDATING: "UPDATING",
    Face.NO_DOSE: "NO DOSE LEFT",
}


class Because(StrEnum):
    """Why the card shows another word than the stored one; "" when it does not."""

    AS_STORED = ""
    LATCHED = "latched"
    NO_DOSE = "no_dose"
    NEVER_ASSESSED = "never_assessed"
    BEING_ASSESSED = "being_assessed"
    JUST_ARRIVED = "just_arrived"
    LAPSED = "lapsed"
    TOO_EARLY = "too_early"
    CLOCK_BEHIND = "clock_behind"


@dataclass(frozen=True, slots=True)
class Stored:
    """The newest stored assessment of the next dose, as far as the band needs it."""

    verdict: Verdict
    at: datetime
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the band is decided on.

    ``due_at`` None: no dose is left to assess. ``waiting_since`` is when the oldest fact arrived that no assessment
    has seen; None while ``being_assessed`` means nobody knows, which counts as too long. ``latched`` is a stop that
    stands. ``clock_is_behind``: the server's clock has gone back.
    """

    due_at: datetime | None
    clock_is_behind: bool
    stored: Stored | None = None
    being_assessed: bool = False
    waiting_since: datetime | None = None
    latched: Verdict | None = None
    window: timedelta = WINDOW


@dataclass(frozen=True, slots=True)
class Band:
    """What the band shows: the face, why it differs from the stored word, the word before, and when it turns by itself.

    ``turns_at`` is the instant from which this band is no longer true (a CONTINUE lapses just after it, an
    UPDATING or NOT YET DUE ends at it); the page acts on it even when nobody answers.
    """

    face: Face
    because: Because = Because.AS_STORED
    before: Face | None = None
    turns_at: datetime | None = None


def band(facts: CardFacts, at: datetime) -> Band:
    """Decide what the card shows at ``at``; whatever is not plainly known is CANNOT DECIDE."""
    if facts.latched is not None:
        return Band(Face(facts.latched), Because.LATCHED)
    if facts.due_at is None:
        return Band(Face.NO_DOSE, Because.NO_DOSE)
    if facts.clock_is_behind:
        return _under_a_wrong_clock(facts.stored)
    opens_at = facts.due_at - facts.window
    if at < opens_at:
        return Band(Face.NOT_YET_DUE, Because.TOO_EARLY, _word_of(facts.stored), opens_at)
    if facts.being_assessed:
        return _while_assessing(facts, at)
    if facts.stored is None:
        return Band(Face.UNDECIDED, Because.NEVER_ASSESSED)
    return _as_stored(facts.stored, at)


def _while_assessing(facts: CardFacts, at: datetime) -> Band:
    before = _word_of(facts.stored)
    if facts.stored is None or facts.waiting_since is None:
        return Band(Face.UNDECIDED, Because.BEING_ASSESSED, before)
    ends_at = facts.waiting_since + UPDATING_FOR
    if at >= ends_at:
        return Band(Face.UNDECIDED, Because.BEING_ASSESSED, before)
    return Band(Face.UPDATING, Because.JUST_ARRIVED, before, ends_at)


def _as_stored(stored: Stored, at: datetime) -> Band:
    face = Face(stored.verdict)
    if stored.verdict not in (Verdict.CONTINUE, Verdict.REVIEW):
        return Band(face)
    if stored.verdict is Verdict.CONTINUE and stored.valid_until is None:
        return Band(Face.UNDECIDED, Because.LAPSED, face)
    if stored.valid_until is not None and at > stored.valid_until:
        return Band(Face.UNDECIDED, Because.LAPSED, face)
    return Band(face, turns_at=stored.valid_until)


def _under_a_wrong_clock(stored: Stored | None) -> Band:
    """No age can be trusted: nothing lets a dose start, and what speaks against it stands."""
    if stored is None or stored.verdict in (Verdict.CONTINUE, Verdict.REVIEW):
        return Band(Face.UNDECIDED, Because.CLOCK_BEHIND)
    return Band(Face(stored.verdict))


def _word_of(stored: Stored | None) -> Face | None:
    return None if stored is None else Face(stored.verdict)
