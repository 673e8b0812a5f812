"""What has a second person worked out alone and agreed on, and how is each slot ordered?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from dosing.domain import regimen_slots
from dosing.domain.dose_arithmetic import basis_text, surface_basis_text, units_text, vials, volume_ml
from dosing.domain.regimen_slots import Amount, SlotPlan
from dosing.models import Cycle, Dose, DoseCalculation, DoseReduction
from dosing.selectors import pinned
from dosing.selectors.vials import recoverable_iu


@dataclass(frozen=True, slots=True)
class Order:
    """How one slot is ordered: what the dose line prints. ``lasts`` None: an injection; volume in mL."""

    drug: str
    route: str
    basis: str
    volume_ml: Decimal
    lasts: timedelta | None


def amounts_of(cycle: Cycle) -> tuple[Amount, ...]:
    """Return every different amount of the cycle from its fixed weight and height."""
    regimen = pinned.regimen(cycle.course.regimen).value
    return regimen_slots.amounts(regimen, weight_kg=cycle.dosing_weight_kg, height_cm=cycle.height_cm)


def first_of(cycle: Cycle) -> int | None:
    """Return the id of the person who entered the cycle's present weight and height."""
    return cycle.sized_by_id or cycle.started_by_id


def agreed(cycle: Cycle) -> list[DoseCalculation]:
    """Return the second calculations that agree with the cycle's present weight and height."""
    rows = DoseCalculation.objects.filter(
        cycle=cycle, agrees=True, first_weight_kg=cycle.dosing_weight_kg, first_height_cm=cycle.height_cm
    )
    return list(rows.select_related("second_by", "first_by").order_by("id"))


def waiting(cycle: Cycle) -> list[Amount]:
    """Return the amounts of the cycle on which no second person has agreed."""
    done = {row.first_iu for row in agreed(cycle)}
    return [amount for amount in amounts_of(cycle) if amount.iu not in done]


def ordered_of(dose: Dose) -> set[int]:
    """Return the amounts in units of which two people said that the dose is; none: nobody has worked it out twice."""
    reduction = DoseReduction.objects.filter(dose=dose).order_by("-id").first()
    plan = plan_of(dose)
    calculated = {row.ordered_iu for row in agreed(dose.cycle) if row.first_iu == plan.iu}
    if reduction is not None and reduction.from_iu in calculated:
        return {reduction.to_iu}
    return calculated


def plan_of(dose: Dose) -> SlotPlan:
    """Return the slot's plan by the pinned regimen; one added behind the last is like the last."""
    regimen = pinned.regimen(dose.cycle.course.regimen).value
    plans = regimen_slots.slot_plans(regimen, dose.cycle.starts_at)
    return plans[min(dose.number, len(plans)) - 1]


def order_of(dose: Dose) -> Order:
    """Return how the slot is ordered; the amounts are those planned at the cycle's start."""
    regimen, plan = pinned.regimen(dose.cycle.course.regimen).value, plan_of(dose)
    product = regimen.product
    return Order(
        drug=regimen.drug,
        route=regimen.route,
        basis=basis_line(dose.cycle, plan.iu),
        volume_ml=volume_ml(dose.dose_iu, product.concentration_iu_per_ml),
        lasts=plan.lasts,
    )


def vials_of(dose: Dose) -> int:
    """Return how many vials the slot's amount needs at its site."""
    product = pinned.regimen(dose.cycle.course.regimen).value.product
    return vials(dose.dose_iu, recoverable_iu(dose.cycle.course.site_id, product))


def basis_line(cycle: Cycle, iu: int) -> str:
    """Return "600,000 units/kg x 72.5 kg", "12,000,000 units/m2 x 1.82 m2", or "flat dose"."""
    regimen = pinned.regimen(cycle.course.regimen).value
    if regimen.basis == "iu_per_kg":
        return basis_text(iu, cycle.dosing_weight_kg.normalize())
    surface = regimen_slots.surface_of(regimen, weight_kg=cycle.dosing_weight_kg, height_cm=cycle.height_cm)
    return f"flat dose of {units_text(iu)}" if surface is None else surface_basis_text(iu, surface)
