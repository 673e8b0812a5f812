"""What a regimen prescribes: how much, how often, how many, and what rest."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from dosing.domain.protocol import Count, Id, Source, Words

Verification = Literal["retrieved", "retrieved_secondary", "recalled", "seed", "derived", "proposal"]


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


class Regimen(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A bolus regimen by weight. Doses are whole international units per kg of the dosing weight.

    ``rest_days`` lie between the last day of a cycle and the first of the next; ``rest_between_courses_weeks``
    runs from discharge. ``day_map`` says the same in the source's words.
    """

    schema_version: Literal[1]
    id: Id
    version: Count
    title: Words
    status: Words
    indications: tuple[Words, ...]
    drug: Words
    route: Words
    mode: Literal["bolus"]
    basis: Literal["iu_per_kg"]
    dose_iu_per_kg: Count
    infusion_min: Count
    interval_h: Count
    slots_per_cycle: Count
    cycle_days: Count
    cycles_per_course: Count
    max_doses_per_course: Count
    rest_days: Annotated[int, Meta(ge=0)]
    rest_between_courses_weeks: Count
    day_map: Words
    dose_reduction: Literal["none"]
    product: Product
    site_limits: SignedLimits
    sources: Mapping[Id, Source]
    source: Id
    verification: Verification
    note: str = ""
