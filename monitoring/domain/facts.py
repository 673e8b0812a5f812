"""What one grade may rest on: the value as reported, its limits, the baseline and the circumstances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from monitoring.domain.ctcae import Ref
from monitoring.domain.interval import Interval
from monitoring.domain.observable import Observable, Unit


@dataclass(frozen=True, slots=True)
class Baseline:
    """The course's value before its first dose, in its own unit.

    ``value`` None: it carried a comparator, so no multiple of it is known. ``is_high``: above its upper limit
    of normal; ``is_low``: below its lower one; exactly on a limit is neither. None: that limit is not known.
    """

    value: Decimal | None
    unit: Unit
    is_high: bool | None = None
    is_low: bool | None = None


@dataclass(frozen=True, slots=True)
class GradeFacts:
    """Everything the grade of one value may depend on; None always means not known, never "no".

    ``value``, ``uln``, ``lln`` and ``limits`` are in ``unit`` (the unit as reported). ``problem`` is why
    there is no usable value. ``is_baseline_draw``: the value belongs to the time before the first dose and
    is graded against the reference limits alone. ``percent_change`` is signed (a rise is positive) and used
    when the baseline itself is not at hand. ``above_40c_for`` is how long the temperature has stayed above
    40.0 degrees Celsius at the least, ``above_40c_up_to`` at the most (None: exactly ``above_40c_for``).
    ``window`` is the observed length a volume was summed over; where ``volumes`` are known, the sum (mL) over
    each window asked for stands in their place. ``corrected_by`` says in words how a derived value was made.
    """

    observable: Observable
    value: Interval | None
    unit: Unit | None
    uln: Decimal | None = None
    lln: Decimal | None = None
    baseline: Baseline | None = None
    is_baseline_draw: bool = False
    problem: str | None = None
    percent_change: Decimal | None = None
    fasting: bool | None = None
    on_anticoagulation: bool | None = None
    at_rest: bool = True
    above_40c_for: timedelta | None = None
    above_40c_up_to: timedelta | None = None
    window: timedelta | None = None
    window_complete: bool | None = None
    volumes: Mapping[timedelta, Interval] = field(default_factory=dict)
    temperature_cel: Decimal | None = None
    temperature_sustained: bool | None = None
    limits: Mapping[Ref, Decimal] = field(default_factory=dict)
    corrected_by: str = ""


@dataclass(frozen=True, slots=True)
class TermResult:
    """The grade of one term from one set of facts.

    ``grade`` None: not gradable, and ``why`` says the reason; never to be read as 0. ``at_least``: the true
    grade may be higher, because a value carries a comparator, a reference is missing, or a clinician may
    raise it. ``at_most`` is the highest grade the number itself leaves open; it equals ``grade`` when only
    a clinician could raise it, and is None when nothing is known. ``proposed``: no clinician has confirmed
    it and the version prints no number for it, or a bedside answer was taken at its worse. ``term`` is the
    rule's key.
    """

    grade: int | None
    at_least: bool = False
    at_most: int | None = None
    proposed: bool = False
    why: str = ""
    term: str = ""
