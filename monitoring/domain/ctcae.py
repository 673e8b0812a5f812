"""What one version of CTCAE says about each term: printed limits as rows, clinical wording beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from monitoring.domain.observable import Unit


class Ref(StrEnum):
    """What a limit is a multiple of."""

    ULN = "ULN"
    LLN = "LLN"
    BASELINE = "baseline"
    MI_LIMIT = "manufacturer_MI_limit"
    UNSTABLE_ANGINA_LIMIT = "manufacturer_unstable_angina_limit"


REFS = tuple(Ref)


class Measure(StrEnum):
    """Which number of the reading a clause's limits apply to."""

    VALUE = "value"
    RISE = "rise"
    PERCENT_CHANGE = "percent_change"
    PERCENT_DECREASE = "percent_decrease"


@dataclass(frozen=True, slots=True)
class Limit:
    """One printed end of a band. ``number`` is absolute (``ref`` None) or the factor of ``ref``.

    ``closed`` means that the limit itself belongs to the band. ``slot`` is the place of ``ref`` among ``REFS``,
    -1 for an absolute limit.
    """

    number: Decimal
    closed: bool
    ref: Ref | None = None
    slot: int = -1

    def text(self, sign: str) -> str:
        return f"{sign}{'=' if self.closed else ''}{self.number}{f' x {self.ref}' if self.ref else ''}"


@dataclass(frozen=True, slots=True)
class Bound:
    """One band as printed for one unit; ``unit`` None means the unit of the reference, whatever it is."""

    unit: str | None
    system: str
    lower: Limit | None
    upper: Limit | None

    def holds(self, number: Decimal) -> bool:
        """Whether ``number`` lies in the band; only for bands whose limits are absolute."""
        low, high = self.lower, self.upper
        if low is not None and (number < low.number or (number == low.number and not low.closed)):
            return False
        return high is None or number < high.number or (number == high.number and high.closed)

    def text(self) -> str:
        """The band for people, as printed."""
        ends = [self.lower.text(">") if self.lower else "", self.upper.text("<") if self.upper else ""]
        return " and ".join(end for end in ends if end) + (f" {self.unit}" if self.unit else "")


@dataclass(frozen=True, slots=True)
class AlsoBound:
    """A second condition on the same clause: another multiple, or a temperature in degrees Celsius.

    ``temperature`` "single" needs one reading, "sustained" one that lasted over an hour, "any" either.
    """

    lower: Limit
    temperature: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One sufficient condition of one grade.

    ``baseline`` narrows it to courses whose baseline was ``low``, ``high`` or ``not_high``; ``fasting``,
    ``on_anticoagulation`` and ``value_low`` are further preconditions. ``clinical`` is a bedside answer that
    must hold too; it counts as given (marked proposed) unless ``clinician_decides``. ``lasting`` compares
    how long the band held: (over, limit). ``at_rest`` None means the clause does not ask.
    ``as_reported``: only a value in a printed unit is held against it, none is converted.
    ``is_conditional``: it has some precondition. ``needs_baseline``: its own limits rest on the baseline.
    ``readings`` remembers the printed band, and the same band converted, for each unit it was asked for.
    """

    observable: str
    bounds: tuple[Bound, ...]
    measure: Measure = Measure.VALUE
    absolute: bool = True
    baseline: str | None = None
    fasting: bool | None = None
    on_anticoagulation: bool | None = None
    value_low: bool = False
    also: tuple[AlsoBound, ...] = ()
    clinical: str | None = None
    clinician_decides: bool = False
    window: timedelta | None = None
    lasting: tuple[bool, timedelta] | None = None
    at_rest: bool | None = None
    by_unit: Mapping[str, Bound] = field(default_factory=dict)
    as_reported: bool = False
    is_conditional: bool = False
    is_percent: bool = False
    needs_baseline: bool = False
    readings: dict[str, tuple[Unit, Bound, Bound]] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One grade of one term: the clauses a number can decide and the short wording a clinician decides."""

    grade: int
    clauses: tuple[Clause, ...]
    clinical: tuple[str, ...]
    printed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a grade without printed numbers is proposed from facts; the numbers are the rule file's."""

    kind: str
    source: str
    verification: str
    bolus_within: timedelta | None = None
    sustained: timedelta | None = None
    above: Decimal | None = None
    rest_below: Decimal | None = None
    rest_grade: int | None = None
    grades: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TermRule:
    """One term of one version. ``rows`` run from the worst grade down and leave out grade 5.

    ``present`` false: the version has no such term; ``report_under`` says where it goes instead.
    ``clinician_raises_from`` is the worst grade (1-4) a clinician may give without any number, 0 when none.
    ``computed_from`` are the observables its clauses read. ``not_below`` is a value under which the printed
    ladder says nothing (contract: not gradable, never 0). ``may_be_fatal``: the version offers grade 5 for it.
    """

    key: str
    term: str
    label: str
    version: str
    present: bool
    direction: str | None
    observables: tuple[str, ...]
    rows: tuple[GradeRow, ...]
    clinician_raises_from: int
    computed_from: frozenset[str]
    proposal: Proposal | None
    report_under: tuple[str, ...]
    source: tuple[str, ...]
    confidence: str
    not_below: Decimal | None = None
    may_be_fatal: bool = False

    @property
    def has_numbers(self) -> bool:
        """Whether any grade can be read from a number."""
        return bool(self.computed_from)


@dataclass(frozen=True, slots=True)
class Ctcae:
    """One version of CTCAE as loaded: its terms by key, and which terms each observable feeds."""

    version: str
    id: str
    sha256: str
    terms: Mapping[str, TermRule]
    fed_by: Mapping[str, tuple[str, ...]]
