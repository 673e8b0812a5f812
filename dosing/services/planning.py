"""How do a cycle's weight, height and regimen become its planned doses, and how is a wrong one put right?"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from dosing.domain.body_surface import BodySizeIsNotUsable
from dosing.domain.dose_arithmetic import BodySurfaceIsNotUsable, DoseIsNotWhole
from dosing.domain.regimen_slots import slot_plans, surface_of
from dosing.models import Cycle, Dose
from dosing.models.dose import BEGUN
from dosing.selectors import pinned
from dosing.selectors.agreed import amounts_of
from dosing.services import courses
from dosing.services.people import require_physician
from dosing.services.reasons import LONG_ENOUGH, require_text
from dosing.services.refusals import (
    CycleNotActive,
    ImpossibleHeight,
    ImpossibleWeight,
    SizeIsFixed,
)
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor

LIGHTEST_KG, HEAVIEST_KG = Decimal(30), Decimal(250)
WEIGHT_STEP_KG = Decimal("0.01")
HEIGHT_STEP_CM = Decimal("0.01")
LARGEST_CHANGE = Decimal("0.10")


def require_weight(weight_kg: Decimal, previous: Cycle | None, note: str) -> None:
    """Raise ImpossibleWeight outside 30 to 250 kg, finer than 10 g, or 10 % off the last cycle's without a reason."""
    if not LIGHTEST_KG <= weight_kg <= HEAVIEST_KG or weight_kg % WEIGHT_STEP_KG:
        raise ImpossibleWeight("The dosing weight must be 30 to 250 kg, in steps of 10 g.")
    if previous is None or len(note.strip()) >= LONG_ENOUGH:
        return
    if abs(weight_kg - previous.dosing_weight_kg) > LARGEST_CHANGE * previous.dosing_weight_kg:
        raise ImpossibleWeight(
            f"The weight differs by more than 10 % from {previous.dosing_weight_kg} kg. Weigh again, or say why."
        )


def require_height(cycle: Cycle) -> None:
    """Raise ImpossibleHeight unless there is a usable height exactly when the regimen doses by body surface."""
    regimen, height = pinned.regimen(cycle.course.regimen).value, cycle.height_cm
    if regimen.basis != "iu_per_m2":
        if height is not None:
            raise ImpossibleHeight("This regimen does not dose by body surface: leave the height out.")
        return
    if height is not None and height % HEIGHT_STEP_CM:
        raise ImpossibleHeight("Give the height in whole or tenths of a centimetre.")
    try:
        surface_of(regimen, weight_kg=cycle.dosing_weight_kg, height_cm=height)
    except (BodySurfaceIsNotUsable, BodySizeIsNotUsable) as error:
        raise ImpossibleHeight(f"The body surface cannot be worked out: {error}.") from error


def plan(cycle: Cycle) -> None:
    """Make every slot of the cycle, each with its own amount. Raises ImpossibleWeight when one is not whole units."""
    regimen, amounts = pinned.regimen(cycle.course.regimen).value, ordered_amounts(cycle)
    Dose.objects.bulk_create(
        Dose(cycle=cycle, number=slot.number, due_at=slot.due_at, dose_iu=amounts[slot.number])
        for slot in slot_plans(regimen, cycle.starts_at)
    )


def ordered_amounts(cycle: Cycle) -> dict[int, int]:
    """Return the ordered dose in units of each slot by its number. Raises ImpossibleWeight."""
    try:
        amounts = amounts_of(cycle)
    except DoseIsNotWhole as error:
        raise ImpossibleWeight(f"The dose is not a whole number of units: {error}.") from error
    return {number: amount.ordered_iu for amount in amounts for number in amount.slots}


@transaction.atomic
def correct_size(
    *, cycle: Cycle, dosing_weight_kg: Decimal, height_cm: Decimal | None, reason: str, actor: Actor, at: datetime
) -> Cycle:
    """Put a wrongly entered weight (kg) or height (cm) right before any dose has begun; a physician's act.

    Every planned dose is computed anew and needs a second calculation again. ``reason`` takes 15 characters.
    """
    course = courses.locked(cycle.course_id)
    physician = require_physician(actor, course.patient, at)
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    cycle.course = course
    _require_correctable(cycle, reason)
    before = {"dosing_weight_kg": cycle.dosing_weight_kg, "height_cm": cycle.height_cm}
    require_weight(dosing_weight_kg, None, reason)
    cycle.dosing_weight_kg, cycle.height_cm, cycle.sized_by = dosing_weight_kg, height_cm, physician
    require_height(cycle)
    cycle.save(update_fields=["dosing_weight_kg", "height_cm", "sized_by"])
    amounts = ordered_amounts(cycle)
    for dose in Dose.objects.select_for_update(of=("self",)).filter(cycle=cycle, status="planned"):
        dose.dose_iu = amounts[dose.number]
        dose.save(update_fields=["dose_iu"])
    courses.evidence_arrived(course, at)
    said = {"dosing_weight_kg": dosing_weight_kg, "height_cm": height_cm, "reason": reason.strip(), "before": before}
    note_course(course, "cycle.size_corrected", actor=actor, at=at, body=said, subject="cycle", subject_id=cycle.pk)
    return cycle


def _require_correctable(cycle: Cycle, reason: str) -> None:
    if cycle.status != "active":
        raise CycleNotActive(f"Cycle {cycle.number} is not active.")
    if Dose.objects.filter(cycle=cycle, status__in=BEGUN).exists():
        raise SizeIsFixed("A dose of this cycle has begun: its weight and height stay as they are.")
    require_text(reason)
