"""What does a bolus regimen prescribe: how much, how often, how many, what rest, and who says so?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from dosing.domain.protocol import Count, Id, SourcedFile, Words

Verification = Literal["retrieved", "retrieved_secondary", "recalled", "seed", "derived", "proposal", "not_established"]
READ_AT_THE_SOURCE = ("retrieved", "seed")
Whole = Annotated[int, Meta(ge=0)]


class SignedLimits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Limits that no source gives: proposals that a site must sign off.

    ``min_start_to_start_h`` is the least time between two starts (exactly that long is enough); a dose is overdue
    when more than ``overdue_after_min`` have passed since it was due.
    """

    min_start_to_start_h: Decimal
    overdue_after_min: Count
    verification: Literal["proposal"]
    note: Words


class Product(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The drug as reconstituted; ``vial_recoverable_iu`` is what a site counts on from one vial."""

    name: Words
    concentration_iu_per_ml: Count
    vial_label_iu: Count
    vial_recoverable_iu: Count
    diluent: Words
    carrier: Words
    verification: Verification


class DoseRounding(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A site's rule for rounding a dose: to the nearest ``to_iu``, a tie down, never above ``most_up_percent``.

    No source gives one; without it nothing is rounded.
    """

    to_iu: Count
    most_up_percent: Decimal
    verification: Literal["proposal"]
    note: Words


class Row(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who says one field of a regimen, where that is not the regimen's own source or not as well verified."""

    source: Id
    verification: Verification
    note: str = ""


class Weeks(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A span of weeks, both ends inclusive."""

    at_least: Count
    at_most: Count


class StartAfter(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The time from another treatment to the first dose in hours, both ends inclusive."""

    event: Words
    at_least_h: Count
    at_most_h: Count


class Prescribed(SourcedFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every regimen says. ``rows`` names who says a field that is not the regimen's ``source`` at its
    ``verification``; ``not_stated`` names what the source leaves open and nobody has filled in.
    """

    indications: tuple[Words, ...]
    drug: Words
    route: Words
    rounding: DoseRounding | None = None
    setting: str = ""
    product: Product
    source: Id
    verification: Verification
    rows: Mapping[Id, Row] = {}
    not_stated: tuple[Words, ...] = ()
    note: str = ""


class Regimen(Prescribed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A bolus regimen by weight. Doses are whole international units per kg of the dosing weight.

    ``rest_days`` lie between the last day of a cycle and the first of the next, at most ``rest_days_at_most`` where
    the source gives a span (0: one cycle only). ``rest_between_courses_weeks`` runs from discharge,
    ``repeat_every_weeks`` from a course's start to the next one's; None: the source does not say.
    ``interval_at_most_h`` is the longer end where the source gives a span. ``day_map`` says the days in the
    source's words.
    """

    mode: Literal["bolus"]
    basis: Literal["iu_per_kg"]
    dose_iu_per_kg: Count
    infusion_min: Count
    interval_h: Count
    interval_at_most_h: Count | None = None
    slots_per_cycle: Count
    cycle_days: Count
    cycles_per_course: Count
    max_doses_per_course: Count
    max_courses: Count | None = None
    rest_days: Whole
    rest_days_at_most: Count | None = None
    rest_between_courses_weeks: Count | None = None
    repeat_every_weeks: Weeks | None = None
    start_after: StartAfter | None = None
    day_map: Words
    dose_reduction: Literal["none"]
    response_check: str = ""
    repeat_if: str = ""
    site_limits: SignedLimits


def unverified(own: Verification, rows: Mapping[str, Row]) -> Mapping[str, Verification]:
    """Return the fields of a regimen that nobody read at a source, with their level; "" is the whole regimen."""
    levels: dict[str, Verification] = {"": own, **{field: row.verification for field, row in rows.items()}}
    return {field: level for field, level in levels.items() if level not in READ_AT_THE_SOURCE}


def may_be_used(regimen: Regimen, *, is_signed: bool) -> bool:
    """Whether courses may be planned by the regimen: all of it was read at a source, or a physician signed it off."""
    return is_signed or not unverified(regimen.verification, regimen.rows)
