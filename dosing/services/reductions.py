"""When may a physician order a smaller dose? Only where the regimen's source allows one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dosing.domain.dose_arithmetic import DoseIsNeverReduced as NeverReduced
from dosing.domain.dose_arithmetic import reduced_iu
from dosing.domain.regimen import Regimen
from dosing.models import Cycle, Dose, DoseReduction
from dosing.selectors import pinned
from dosing.selectors.agreed import plan_of
from dosing.services import courses, planning, start_checks
from dosing.services.people import require_physician
from dosing.services.reasons import require_text
from dosing.services.refusals import DoseIsNeverReduced, SlotUsed
from dosing.services.trail import note_dose
from il2ward.audit.actor import Actor
from il2ward.staff.models import User


@transaction.atomic
def reduce(*, dose: Dose, to_iu: int, reason: str, confirmed_by: User, actor: Actor, at: datetime) -> Dose:
    """Order ``to_iu`` units for one planned slot, above 0 and below its calculated dose; a physician's act.

    Another clinician of the ward confirms the amount. ``reason`` takes 15 characters. Raises DoseIsNeverReduced
    for every bolus regimen and wherever the source describes no reduced dose.
    """
    cycle_id = Dose.objects.values_list("cycle_id", flat=True).get(pk=dose.pk)
    course = courses.locked(Cycle.objects.values_list("course_id", flat=True).get(pk=cycle_id))
    dose = Dose.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=dose.pk)
    dose.cycle.course = course
    physician = require_physician(actor, course.patient, at)
    start_checks.require_checker(dose, confirmed_by, physician, at)
    if dose.status != "planned":
        raise SlotUsed(f"Dose {dose.number} is {dose.get_status_display().lower()}.")
    require_text(reason)
    regimen, calculated = pinned.regimen(course.regimen).value, planning.ordered_amounts(dose.cycle)
    if isinstance(regimen, Regimen):
        raise DoseIsNeverReduced(f"{regimen.title}: a dose is given whole, interrupted or withheld, never reduced.")
    whole = calculated.get(dose.number, plan_of(dose).iu)
    try:
        dose.dose_iu = reduced_iu(regimen, whole, to_iu)
    except NeverReduced as error:
        raise DoseIsNeverReduced(f"{error}.") from error
    dose.save(update_fields=["dose_iu"])
    row = DoseReduction.objects.create(
        dose=dose, from_iu=whole, to_iu=to_iu, reason=reason.strip(), by=physician, confirmed_by=confirmed_by, at=at
    )
    said = {
        "reduction": row.pk,
        "from_iu": whole,
        "to_iu": to_iu,
        "reason": row.reason,
        "confirmed_by": confirmed_by.pk,
    }
    note_dose(dose, "dose.reduced", actor=actor, at=at, body=said)
    return dose
