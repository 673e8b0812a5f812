"""Which facts an assessment uses, how old each may be, and what holds under every protocol."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from dosing.domain.protocol import Count, Criterion, Id, Source, Words

Required = Literal["always", "never", "when_ordered", "with_device"]


class InputRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One fact. ``unit`` is UCUM, ``unit_text`` what people read; ``max_age_h`` is inclusive, None: no limit.

    ``required`` applies where a criterion uses the input; ``with_device`` names the oxygen ``devices``.
    """

    label: Words
    required: Required
    unit: str = ""
    unit_text: str = ""
    max_age_h: Decimal | None = None
    codes: tuple[Id, ...] = ()
    devices: tuple[Id, ...] = ()
    note: str = ""

    @property
    def max_age(self) -> timedelta | None:
        return None if self.max_age_h is None else timedelta(seconds=int(self.max_age_h * 3600))


class OxygenRules(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What oxygen devices mean; ``goal_spo2`` in percent is reached at or above it.

    ``high_support`` are the devices that need more oxygen than any flow or fraction a protocol names.
    """

    room_air: Id
    high_support: tuple[Id, ...]
    goal_spo2: Decimal


class PressorRules(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The input that carries each vasopressor's rate, and the one that says none is running."""

    rates: Mapping[Id, Id]
    none: Id


class AnswerRules(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many hours (inclusive) the answer "absent" lasts, by the window of the question."""

    at_dosing: Decimal
    since_last_dose: Decimal
    any_time: Decimal


class InputRules(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The contract of an assessment; ``window_h`` is how long before its due time a dose's window opens."""

    schema_version: Literal[1]
    id: Id
    version: Count
    title: Words
    status: Words
    window_h: Decimal
    shift_h: Count
    device_confirmation_s: Count
    inputs: Mapping[Id, InputRule]
    oxygen: OxygenRules
    pressors: PressorRules
    answers: AnswerRules
    sources: Mapping[Id, Source]
    floor: tuple[Criterion, ...]

    def answer_age(self, window: str) -> timedelta:
        """How long an "absent" lasts in ``window``."""
        hours: Decimal = getattr(self.answers, window)
        return timedelta(seconds=int(hours * 3600))

    def label(self, name: str) -> str:
        """The words for an input, or its own name where the contract has none."""
        rule = self.inputs.get(name)
        return rule.label if rule else name
