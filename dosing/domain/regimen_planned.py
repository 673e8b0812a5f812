"""What does a regimen prescribe that is not a bolus by weight: infusions over days, injections week by week?"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from dosing.domain.body_surface import BodySurfaceRule
from dosing.domain.protocol import Count, Words
from dosing.domain.regimen import Prescribed, Whole, unverified

Basis = Literal["iu_per_kg", "iu_per_m2", "iu_flat"]
PlannedMode = Literal["continuous", "subcutaneous", "decrescendo"]


class PlanRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same dose on each of ``days`` (1 to 7) of each of ``weeks`` (from 1) of a cycle.

    ``iu`` is the amount of one dose in the regimen's basis, ``over_h`` the hours it runs (None: an injection);
    on each day it is given ``times``, ``every_h`` apart, the first ``after_h`` after the day's begin.
    """

    weeks: tuple[Count, ...]
    days: tuple[Count, ...]
    iu: Count
    over_h: Count | None = None
    times: Count = 1
    every_h: Count | None = None
    after_h: Whole = 0


class PlannedRegimen(Prescribed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A regimen with its own calendar; the ward's dose-by-dose gate does not run it.

    ``cycle_days`` is from one cycle's first day to the next one's, ``max_cycles`` how many; None: the source does
    not say. ``total_iu_per_cycle`` is the sum of the plan in the regimen's basis. ``partners`` names drugs given
    with it, which are not planned here. ``body_surface`` is there exactly when the basis is per m2.
    """

    mode: PlannedMode
    basis: Basis
    plan: tuple[PlanRow, ...]
    total_iu_per_cycle: Count
    cycle_days: Count | None = None
    max_cycles: Count | None = None
    dose_reduction: Literal["allowed", "not_stated"]
    reduction_for: tuple[Words, ...] = ()
    body_surface: BodySurfaceRule | None = None
    partners: str = ""


def plan_total_iu(regimen: PlannedRegimen) -> int:
    """Return the sum of all doses of one cycle, in the regimen's basis."""
    return sum(row.iu * row.times * len(row.weeks) * len(row.days) for row in regimen.plan)


def plan_may_be_used(regimen: PlannedRegimen, *, is_signed: bool) -> bool:
    """Whether the regimen was read at a source whole, or a physician signed it off; a formula always needs that."""
    return is_signed or (regimen.body_surface is None and not unverified(regimen.verification, regimen.rows))
