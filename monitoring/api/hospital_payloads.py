"""What may be sent to keep a hospital: its people, wards, beds, roster, settings, and the sign-off of its courses?"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from monitoring.api.payloads import Code, Instant, Number, Reason, Secret, Short, Strict, Units

Username = Annotated[str, Meta(min_length=1, max_length=150)]
Named = Annotated[str, Meta(min_length=1, max_length=120)]
RoleWord = Literal["nurse", "physician", "admin"]
Wait = Annotated[int, Meta(ge=1, le=240)]


class PersonBody(Strict, frozen=True):
    """A new account; ``ward`` is the code of a ward to work on at once. ``password`` is the admin's own."""

    username: Username
    display_name: Named
    role: RoleWord
    first_password: Secret
    password: Secret
    ward: Short | None = None


class AgainBody(Strict, frozen=True):
    """The admin's own password, for this act."""

    password: Secret


class RoleBody(Strict, frozen=True):
    """Another role. ``password`` is the admin's own."""

    role: RoleWord
    password: Secret


class MembershipBody(Strict, frozen=True):
    """A ward, by its code. ``password`` is the admin's own."""

    ward: Short
    password: Secret


class WardBody(Strict, frozen=True):
    """A ward to open. ``password`` is the admin's own."""

    code: Short
    name: Named
    password: Secret


class BedsBody(Strict, frozen=True):
    """Labels of beds, as on the wall. ``password`` is the admin's own."""

    labels: Annotated[list[Annotated[str, Meta(min_length=1, max_length=10)]], Meta(min_length=1, max_length=100)]
    password: Secret


class ShiftBody(Strict, frozen=True):
    """A physician of the ward, by user name, on call from ``from_at`` until ``until_at`` (exclusive)."""

    rung: Literal["first", "second"]
    physician: Username
    from_at: Instant
    until_at: Instant


class AddressBody(Strict, frozen=True):
    """Where a physician (by user name) is reached; null ``physician``: the ward's last resort."""

    physician: Username | None
    channel: Literal["email", "webhook"]
    address: Annotated[str, Meta(min_length=1, max_length=300)]


class TimesBody(Strict, frozen=True):
    """How long the ward's alerts wait for an answer, and an acknowledgement holds; whole minutes."""

    step_high_min: Wait
    step_medium_min: Wait
    ack_high_min: Wait
    ack_medium_min: Wait
    reason: Reason


class VialBody(Strict, frozen=True):
    """What is counted on from a vial. ``password`` is one's own."""

    recoverable_iu: Units
    reason: Reason
    password: Secret


class AgeBody(Strict, frozen=True):
    """How old one input may be, in hours. ``password`` is one's own."""

    input: Short
    hours: Number
    reason: Reason
    password: Secret


class LimitBody(Strict, frozen=True):
    """A laboratory's limits of normal, from now on; null: that side is not stated. ``password`` is one's own."""

    observable: Short
    unit: Short
    source: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Secret
    lower: Number | None = None
    upper: Number | None = None


class CourseSignOffBody(Strict, frozen=True):
    """A completed course was looked through; ``accepted`` are the keys of its whole checklist.

    ``password`` is the admin's own.
    """

    statement: Annotated[str, Meta(min_length=10, max_length=2000)]
    accepted: Annotated[list[Code], Meta(max_length=1000)]
    password: Secret
