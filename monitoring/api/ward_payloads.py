"""What may be sent of who lies where, of a shift's end, and of messages that wait for a person?"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from monitoring.api.payloads import Checker, Code, Id, Maybe, Reason, Short, Strict
from monitoring.api.setup_payloads import Day

Name = Annotated[str, Meta(max_length=80)]
Because = Annotated[str, Meta(min_length=1, max_length=300)]


class RegisterBody(Strict, frozen=True):
    """A patient whom the hospital does not know; ``bed`` is the label of a free bed of the ward.

    ``allergies``: null when nobody asked, "" when there are none. ``other_person`` says that like-named patients of
    the hospital, who are told with the refusal, are somebody else.
    """

    mrn: Short
    family_name: Annotated[str, Meta(min_length=1, max_length=80)]
    given_name: Name
    birth_date: Day
    gender: Literal["female", "male", "other", "unknown"]
    allergies: Annotated[str, Meta(max_length=500)] | None
    title: Maybe = ""
    bed: Short | None = None
    other_person: bool = False


class AdmitBody(Strict, frozen=True):
    """Into which free bed of the ward."""

    bed: Short


class MoveBody(Strict, frozen=True):
    """Into which free bed; ``ward`` is another ward's code, and then a reason is needed."""

    bed: Short
    ward: Short | None = None
    reason: Reason = ""


class DepartureBody(Strict, frozen=True):
    """Where to and why."""

    destination: Literal["home", "other_ward", "intensive_care", "died"]
    reason: Reason


class HandoverBody(Strict, frozen=True):
    """The ward is taken over, or left; ``other`` is the user name of who had it, or gets it."""

    kind: Literal["taken", "left"]
    other: Annotated[str, Meta(max_length=150)] | None = None
    note: Annotated[str, Meta(max_length=500)] = ""


class AssignmentBody(Strict, frozen=True):
    """Whose the results of a message are, said by two people."""

    patient: Id
    reason: Because
    second: Checker


class DiscardBody(Strict, frozen=True):
    """Why nobody needs a message."""

    reason: Because


class MeaningBody(Strict, frozen=True):
    """What a sender's own word stands for; an empty ``meaning`` takes it back.

    ``system`` is the sender's name. ``context``: a code's system, a unit's observable, a bed's ward (its code).
    """

    system: Annotated[str, Meta(min_length=1, max_length=80)]
    kind: Literal["code", "unit", "ward", "bed"]
    word: Code
    meaning: Annotated[str, Meta(max_length=80)]
    reason: Because
    context: Annotated[str, Meta(max_length=120)] = ""
