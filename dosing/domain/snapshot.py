"""The facts one assessment rests on, already measured and converted, never yet judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from dosing.domain.verdict import Verdict


class Status(StrEnum):
    """Result status of a reading (FHIR's words)."""

    PRELIMINARY = "preliminary"
    FINAL = "final"
    AMENDED = "amended"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"


class Origin(StrEnum):
    """Who vouches for a reading: a person charted it, a laboratory reported it, or a device sent it unseen."""

    CHARTED = "charted"
    LABORATORY = "laboratory"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation in the contract's own unit (``inputs.yaml``), or the reason why it has no usable value.

    ``value`` is None exactly when ``unusable`` says why (``not a number``, ``impossible``, ``unknown unit``,
    ``no value``) or when the input is coded (``code``). ``comparator`` is one of ``<``, ``<=``, ``>``, ``>=``
    or None. ``uln``/``lln`` are in the same unit as ``value``; None means the result carried none.
    ``interval_start`` is set for volumes charted over an interval that ends at ``observed_at``.
    ``shown`` is the value with its unit exactly as it was sent, for people.
    """

    observable: str
    observed_at: datetime
    value: Decimal | None = None
    code: str | None = None
    comparator: str | None = None
    unusable: str | None = None
    interval_start: datetime | None = None
    status: Status = Status.FINAL
    origin: Origin = Origin.CHARTED
    uln: Decimal | None = None
    lln: Decimal | None = None
    id: str | None = None
    replaces: str | None = None
    shown: str = ""


class AnswerState(StrEnum):
    """What a person found at the bedside."""

    PRESENT = "present"
    ABSENT = "absent"
    NOT_DONE = "not_done"
    UNABLE = "unable"


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer to one asked criterion. ``resolved`` is a physician's word that a present is over."""

    criterion: str
    state: AnswerState
    observed_at: datetime
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class TermGrade:
    """The present grade of one CTCAE term, for the overlay.

    ``grade`` None means not gradable (``why`` says the reason): unknown, never 0. ``at_most`` is the highest
    grade the number itself leaves open (None: as high as the term goes); it is above ``grade`` for a value
    with a comparator. A grade that only a clinician could raise has ``at_most == grade``. ``proposed``
    means no clinician has confirmed it; a proposed grade counts.
    """

    term: str
    grade: int | None
    at_most: int | None = None
    proposed: bool = False
    why: str = ""
    observed_at: datetime | None = None
    shown: str = ""
    origin: Origin = Origin.CHARTED


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What the course brings to an assessment.

    ``baseline_weight_kg`` is the dosing weight. ``held_doses`` None means not known. ``previous_dose_started_at``
    None means no dose of this cycle was started. ``stop`` is a latched stop. ``slot_hold`` is true after a HOLD
    in this dose's window or a physician's hold, until a physician releases the dose.
    """

    baseline_weight_kg: Decimal | None
    target_sbp: Decimal | None
    held_doses: int | None
    cycle_started_at: datetime | None
    previous_dose_started_at: datetime | None = None
    pending_orders: frozenset[str] = frozenset()
    stop: Verdict | None = None
    slot_hold: bool = False
    absolute_at_previous_slot: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything one assessment may look at. ``at`` is the instant it is made for; later facts do not count."""

    at: datetime
    course: CourseFacts
    readings: tuple[Reading, ...] = ()
    answers: tuple[Answer, ...] = ()
    grades: tuple[TermGrade, ...] = ()
    being_assessed: bool = field(default=False)
