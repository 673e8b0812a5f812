"""What may be sent to set a course up, work its doses out again, and say what came of it?"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from monitoring.api.payloads import Checker, Instant, Maybe, Number, Reason, Short, Strict, Units, Words

Pressure = Annotated[int, Meta(ge=0, le=400)]
Whole = Annotated[str, Meta(max_length=40, extra_json_schema={"pattern": "^([0-9]{1,4})?$"})]
Day = Annotated[str, Meta(min_length=10, max_length=10, extra_json_schema={"format": "date"})]
Facts = Annotated[dict[str, Annotated[str, Meta(max_length=40)]], Meta(max_length=200)]


class CourseBody(Strict, frozen=True):
    """A course is opened by the newest released version of each rule; ``overlay`` "none" or "" is none."""

    regimen: Short
    protocol: Short
    ctcae: Literal["3.0", "4.03", "5.0", "6.0"]
    overlay: Maybe = "ctcae_gate"
    target_sbp: Pressure | Whole | None = None


class TargetBody(Strict, frozen=True):
    """The systolic target in mm[Hg]."""

    target_sbp: Pressure | Whole


class CheckBody(Strict, frozen=True):
    """A physician's answer to one start check."""

    answer: Literal["done", "not_applicable"]
    note: Reason = ""


class CycleBody(Strict, frozen=True):
    """A cycle starts: kg and cm as plain decimals."""

    starts_at: Instant
    dosing_weight_kg: Number
    checks: dict[str, CheckBody]
    height_cm: Number | None = None
    cells_infused_at: Instant | None = None


class SizeBody(Strict, frozen=True):
    """A wrongly entered weight or height is put right."""

    dosing_weight_kg: Number
    reason: Words
    height_cm: Number | None = None


class LineBody(Strict, frozen=True):
    """What the second person worked out for one amount, in units."""

    iu: Units
    dose_iu: Units


class CalculationBody(Strict, frozen=True):
    """A second person's own calculation, with their own sign-in."""

    second: Checker
    lines: Annotated[list[LineBody], Meta(min_length=1, max_length=20)]
    weight_kg: Number | None = None
    height_cm: Number | None = None


class ReductionBody(Strict, frozen=True):
    """A smaller dose where the regimen's source allows one, confirmed by a second person."""

    to_iu: Units
    reason: Words
    checker: Checker


class EndReasonBody(Strict, frozen=True):
    """Why a cycle or course is over."""

    reason: Short


class EligibilityBody(Strict, frozen=True):
    """Documented facts by their key; "" takes one back."""

    answers: Facts
    seen_in: Reason = ""


class ResponseBody(Strict, frozen=True):
    """The response to a course by one source's definition."""

    definition: Short
    category: Short
    assessed_on: Day
    facts: Facts = {}
    outlook: Facts = {}
    note: Annotated[str, Meta(max_length=500)] = ""
