"""What may be sent to the JSON interface: every body, field by field, with its limits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Short = Annotated[str, Meta(min_length=1, max_length=40)]
Maybe = Annotated[str, Meta(max_length=40)]
Code = Annotated[str, Meta(min_length=1, max_length=120)]
System = Annotated[str, Meta(max_length=120)]
Reason = Annotated[str, Meta(max_length=200)]
Words = Annotated[str, Meta(max_length=2000)]
Instant = Annotated[str, Meta(min_length=1, max_length=40, extra_json_schema={"format": "date-time"})]
Id = Annotated[str, Meta(min_length=1, max_length=40, extra_json_schema={"format": "uuid"})]
Token = Annotated[str, Meta(min_length=64, max_length=64)]
Secret = Annotated[str, Meta(min_length=1, max_length=200)]
Units = Annotated[int, Meta(ge=0, le=10_000_000_000)]
# A number may come as JSON text or as a JSON number; either way its own characters are kept.
Number = Annotated[str, Meta(max_length=200)] | int


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body or a part of one; a field nobody reads is refused, not dropped."""


class PatientRef(Strict, frozen=True):
    """Who it is about: the site's medical record number, or the patient's id here."""

    mrn: Short | None = None
    id: Id | None = None


class Coding(Strict, frozen=True):
    """A code of some code system; LOINC's is ``http://loinc.org``."""

    code: Code
    system: System = ""


class SubscriptionBody(Strict, frozen=True):
    """Where a system wants to be told of one topic; ``system`` is for admins: the name of the system to be told."""

    topic: Literal["hold", "stop", "dose-held", "grade-3", "alert"]
    address: Annotated[str, Meta(min_length=1, max_length=500)]
    reason: Reason = ""
    system: Annotated[str, Meta(min_length=1, max_length=80)] | None = None


class ObservationItem(Strict, frozen=True):
    """One measured or charted fact. ``observable`` or ``code`` says what; ``value`` or ``coded`` what was found."""

    patient: PatientRef
    observed_at: Instant
    observable: Short | None = None
    code: Coding | None = None
    value: Number | None = None
    coded: Short | None = None
    comparator: Literal["", "<", "<=", ">", ">="] = ""
    unit: Maybe = ""
    interval_start: Instant | None = None
    status: Literal["preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error"] = "final"
    range_low: Number | None = None
    range_high: Number | None = None
    id: Annotated[str, Meta(min_length=1, max_length=120)] | None = None
    version: Maybe = ""
    replaces: Id | None = None
    reason: Reason = ""


class ObservationBatch(Strict, frozen=True):
    """Up to 1,000 items; they are read one by one, so that a bad one does not sink the rest."""

    observations: Annotated[list[Any], Meta(min_length=1, max_length=1000)]


class CorrectionBody(Strict, frozen=True):
    """The next version of one value, bound to the version that was ``seen`` (from 1). What is left out stays as it was;
    a new ``value`` without a ``comparator`` is exact. ``entered-in-error`` takes the value back: it never was."""

    seen: Annotated[int, Meta(ge=1, le=1000)]
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    status: Literal["corrected", "entered-in-error"] = "corrected"
    value: Number | None = None
    coded: Short | None = None
    comparator: Literal["", "<", "<=", ">", ">="] | None = None
    unit: Maybe | None = None
    range_low: Number | None = None
    range_high: Number | None = None
    observed_at: Instant | None = None
    interval_start: Instant | None = None


class AnswerCorrectionBody(Strict, frozen=True):
    """What was really found where ``round`` answers ``question``; without an ``option`` the answer is taken back."""

    round: Id
    question: Annotated[str, Meta(min_length=1, max_length=60)]
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    option: Annotated[str, Meta(min_length=1, max_length=60)] | None = None


class FindingAnswer(Strict, frozen=True):
    """The option chosen for one question of the bedside check."""

    question: Annotated[str, Meta(min_length=1, max_length=60)]
    option: Annotated[str, Meta(min_length=1, max_length=60)]


class FindingsBody(Strict, frozen=True):
    """One round of bedside findings."""

    observed_at: Instant
    answers: Annotated[list[FindingAnswer], Meta(min_length=1, max_length=100)]


class Checker(Strict, frozen=True):
    """The second person, with their own password; on an enrolled tablet of the ward their own PIN will do."""

    username: Annotated[str, Meta(min_length=1, max_length=150)]
    password: Secret | None = None
    pin: Secret | None = None


class Identity(Strict, frozen=True):
    """How the patient was identified, and what was read or typed."""

    kind: Literal["typed", "wristband"]
    mrn: Short


class StartBody(Strict, frozen=True):
    """Start a dose on the outcome that was seen; on an enrolled tablet the starter gives their own ``pin`` too."""

    outcome_token: Token
    checker: Checker
    identity: Identity
    pin: Secret | None = None


class EndBody(Strict, frozen=True):
    """The infusion is over; without an amount, all of it went in."""

    given_iu: Units | None = None
    ended_at: Instant | None = None


class InterruptBody(Strict, frozen=True):
    """The infusion was stopped before its end."""

    given_iu: Units
    reason_code: Short
    reason_text: Words = ""
    ended_at: Instant | None = None


class CloseBody(Strict, frozen=True):
    """A dose is held, refused or omitted."""

    reason_code: Short
    reason_text: Words = ""


class DeviationBody(Strict, frozen=True):
    """A dose that was in fact given against the gate."""

    given_iu: Units
    started_at: Instant
    ended_at: Instant
    reason_text: Annotated[str, Meta(min_length=1, max_length=2000)]


class RescueBody(Strict, frozen=True):
    """What was given against the effects of a dose: mg of a drug, mL of a fluid bolus."""

    kind: Literal["meperidine", "acetaminophen", "other_antipyretic", "fluid_bolus"]
    amount: Number
    given_at: Instant
    note: Reason = ""


class DecisionBody(Strict, frozen=True):
    """A physician's word on one dose, bound to the outcome that was seen; ``due_at`` is a delay's new due time."""

    kind: Literal[
        "give", "release", "override", "hold", "stop_cycle", "stop_permanent", "refute", "reinstate", "order_late",
        "delay",
    ]  # fmt: skip
    outcome_token: Token
    reason_code: Maybe = ""
    reason_text: Words = ""
    password: Secret | None = None
    repeat_observation: Id | None = None
    due_at: Instant | None = None


class AcknowledgeBody(Strict, frozen=True):
    """Somebody has seen the alert and says what happens next."""

    plan: Annotated[str, Meta(min_length=1, max_length=200)]


class CommentBody(Strict, frozen=True):
    """Words for an alert's history."""

    text: Annotated[str, Meta(min_length=1, max_length=300)]


class OrderBody(Strict, frozen=True):
    """A test is ordered."""

    test: Literal["ecg", "fobt", "heme_test_fluids", "troponin_i", "troponin_t", "ck_mb"]


class ReasonBody(Strict, frozen=True):
    """Why something that stood is over."""

    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class ResolutionBody(Strict, frozen=True):
    """A physician's word that what met a criterion is over."""

    criterion: Short
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class BaselineBody(Strict, frozen=True):
    """A physician says which value a course's changes are measured against, and why."""

    observable: Short
    observation: Id
    reason: Annotated[str, Meta(min_length=15, max_length=200)]


class SignOffBody(Strict, frozen=True):
    """A physician signs a protocol or regimen. ``rows_read`` are the ids ticked as read; the order says nothing."""

    statement: Annotated[str, Meta(min_length=1, max_length=2000)]
    rows_read: Annotated[list[Code], Meta(max_length=500)]
    password: Secret
    minimum_start_to_start_min: Annotated[int, Meta(ge=0, le=10_000)] | None = None
