"""What a hold protocol says: its criteria, how they combine, and how the bedside is asked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from dosing.domain.snapshot import AnswerState
from dosing.domain.verdict import Verdict

Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, Meta(min_length=1)]
Count = Annotated[int, Meta(ge=1)]
Kind = Literal["relative", "absolute", "hold", "permanent_discontinue", "floor", "ctcae", "count"]
Verification = Literal["retrieved", "retrieved_secondary", "recalled", "ambiguous_layout", "derived", "proposal"]
Window = Literal["at_dosing", "since_last_dose", "any_time", "latest_result", "last_shift", "two_shifts"]
AnswerWindow = Literal["at_dosing", "since_last_dose", "any_time"]


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """The values that meet a criterion, in the input's unit; ``at_least`` and ``at_most`` are inclusive."""

    at_least: Decimal | None = None
    above: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None


class _Reads(Struct, frozen=True, forbid_unknown_fields=True, tag_field="reads"):
    """Which fact a criterion is judged on."""


class Newest(_Reads, frozen=True, tag="newest"):
    """The newest value of one input."""

    input: Id
    limits: Limits


class WeightGain(_Reads, frozen=True, tag="weight_gain"):
    """The newest weight over the course's baseline weight, in percent of the baseline."""

    limits: Limits


class RateNow(_Reads, frozen=True, tag="rate_now"):
    """The rate of one vasopressor in force at the assessment."""

    drug: Id
    limits: Limits


class RateMax(_Reads, frozen=True, tag="rate_max"):
    """The highest rate of one vasopressor in force since the previous dose started."""

    drug: Id
    limits: Limits


class AnyVasopressor(_Reads, frozen=True, tag="any_vasopressor"):
    """Any vasopressor above 0 since the previous dose started."""


class ShiftVolume(_Reads, frozen=True, tag="shift_volume"):
    """A volume over the last shift, or over each of the last ``shifts``; the limits may be per hour or per kg."""

    of: Id
    limits: Limits
    shifts: Literal[1, 2] = 1
    per_hour: bool = False
    per_kg: bool = False


class Oxygen(_Reads, frozen=True, tag="oxygen"):
    """The oxygen needed. ``below_goal_from`` is the flow (L/min) from which a saturation below goal meets it.

    ``fio2`` is judged with a mask or venturi only; ``high_support`` says that a device above these meets it.
    """

    flow: Limits | None = None
    below_goal_from: Decimal | None = None
    fio2: Limits | None = None
    high_support: bool = False


class AboveUln(_Reads, frozen=True, tag="above_uln"):
    """Any of several laboratory results above its own upper limit of normal; stays met until resolved."""

    inputs: tuple[Id, ...]


class BelowTargetAfterBoluses(_Reads, frozen=True, tag="below_target_after_boluses"):
    """Newest systolic below target at least ``wait_min`` after the ``count``-th bolus of ``volume_ml`` or more."""

    count: Count
    volume_ml: Decimal
    wait_min: int


class BelowTarget(_Reads, frozen=True, tag="below_target"):
    """Newest systolic below the course's target."""

    verdict: Verdict


class UncoveredPressor(_Reads, frozen=True, tag="uncovered_pressor"):
    """A vasopressor running now for which the protocol has no row."""

    verdict: Verdict


class Saturation(_Reads, frozen=True, tag="saturation"):
    """Saturation below ``hold_below`` on anything, or below ``review_below`` on little oxygen (L/min)."""

    hold_below: Decimal
    review_below: Decimal
    on_flow_below: Decimal


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """A number from which (inclusive) a verdict applies."""

    at_least: Count
    verdict: Verdict


class Grade(_Reads, frozen=True, tag="grade"):
    """The present CTCAE grade of one term; ``input`` is what it is mainly graded from."""

    term: Id
    input: Id
    steps: Annotated[tuple[Step, ...], Meta(min_length=1)]


Measured = Newest | WeightGain | RateNow | RateMax | AnyVasopressor | ShiftVolume | Oxygen | AboveUln
Reads = Measured | BelowTargetAfterBoluses | BelowTarget | UncoveredPressor | Saturation | Grade


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """How a criterion is asked at the bedside.

    ``orders`` are the tests that answer it: while one is ordered and pending, "not done" is unknown.
    ``only_when`` is a condition: where it is surely false the criterion is not met and not asked.
    """

    window: AnswerWindow
    group: Words
    not_done_allowed: bool = False
    orders: tuple[Id, ...] = ()
    only_when: Reads | None = None


class Criterion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of a protocol; it is either measured (``test``) or asked.

    ``kind`` is the source's own word, or the project's choice where ``printed_kind`` names another.
    ``restates`` names the row that says the same in another unit: judged alike and never counted.
    """

    id: Id
    organ_system: Words
    kind: Kind
    label: Words
    window: Window
    source: Id
    verification: Verification
    test: Reads | None = None
    asked: Asked | None = None
    stops_cycle: bool = False
    restates: str = ""
    printed_kind: str = ""
    resume_when: str = ""
    note: str = ""


class Source(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where rows were read; ``short`` is the citation printed beside a criterion."""

    short: Words
    title: Words
    locus: str = ""
    doi: str = ""
    urls: tuple[str, ...] = ()
    retrieved: str = ""


class TitledFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every rule file begins with; ``status`` says in words how far it may be trusted."""

    schema_version: Literal[1]
    id: Id
    version: Count
    title: Words
    status: Words


class SourcedFile(TitledFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rule file that lists its sources at once."""

    sources: Mapping[Id, Source]


class KindCount(Struct, frozen=True, forbid_unknown_fields=True):
    """So many met criteria of one kind (inclusive) give a verdict."""

    kind: Kind
    at_least: Count
    verdict: Verdict


class Combination(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How met criteria become a verdict.

    ``kinds`` is what one met criterion of a kind gives; ``held_doses`` counts doses held in this cycle;
    ``repeated_absolute`` applies when the same absolute criterion was met at the previous slot.
    """

    kinds: Mapping[Kind, Verdict]
    counts: tuple[KindCount, ...] = ()
    held_doses: Step | None = None
    stops_cycle: Verdict | None = None
    repeated_absolute: Verdict | None = None
    text: Words
    verification: Words


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """One finding a person can choose; the criteria named are present, the question's others absent."""

    id: Id
    text: Words
    present: tuple[Id, ...] = ()


class Question(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing to look at. Exactly one option is chosen; ``not_done`` and ``unable`` are the two others."""

    id: Id
    text: Words
    criteria: Annotated[tuple[Id, ...], Meta(min_length=1)]
    options: Annotated[tuple[Option, ...], Meta(min_length=2)]
    not_done: Words
    unable: Words

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Id and text of every choice in screen order, the two without a finding last."""
        found = tuple((option.id, option.text) for option in self.options)
        return (*found, ("not_done", self.not_done), ("unable", self.unable))

    def states(self, choice: str) -> dict[str, AnswerState]:
        """Return what ``choice`` says of each criterion of this question; KeyError for an unknown choice."""
        if choice in ("not_done", "unable"):
            return dict.fromkeys(self.criteria, AnswerState(choice))
        present = {option.id: option.present for option in self.options}[choice]
        return {
            criterion: AnswerState.PRESENT if criterion in present else AnswerState.ABSENT
            for criterion in self.criteria
        }


class FindingGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """The questions asked together, in the order in which a patient is examined."""

    group: Words
    questions: Annotated[tuple[Question, ...], Meta(min_length=1)]


class Protocol(TitledFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A hold protocol from one named source.

    ``complete`` is false for an extract: it never answers better than REVIEW, and ``not_covered`` names the
    organ systems without rows.
    """

    applies_to: Words
    complete: bool
    not_covered: tuple[str, ...] = ()
    sources: Mapping[Id, Source]
    combination: Combination
    criteria: Annotated[tuple[Criterion, ...], Meta(min_length=1)]
    findings: tuple[FindingGroup, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for group in self.findings for question in group.questions)
