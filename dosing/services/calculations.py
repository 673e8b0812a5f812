"""Does a second person, working alone, come to the same doses? Kept either way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from dosing.domain.body_surface import BodySizeIsNotUsable
from dosing.domain.dose_arithmetic import BodySurfaceIsNotUsable, vials, volume_ml
from dosing.domain.dose_arithmetic_check import Calculation, Difference, OwnCalculation, differences
from dosing.domain.regimen_slots import Amount, AnyRegimen, surface_of
from dosing.models import Cycle, DoseCalculation
from dosing.selectors import pinned
from dosing.selectors.agreed import amounts_of, first_of
from dosing.selectors.vials import recoverable_iu
from dosing.services import courses
from dosing.services.people import require_clinician
from dosing.services.refusals import CalculatedBySamePerson, CycleNotActive, Invalid, StartChecksUnsigned
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor
from il2ward.staff.models import User

WIDEST_KG_OR_CM = Decimal(1000)
STEP = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class OwnLine:
    """What the second person worked out for one amount: units per kg or m2, and the dose, both in units."""

    iu: int
    dose_iu: int


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Weight in kg, height in cm and surface in m2 as one of the two has them; None: not given or not needed."""

    weight_kg: Decimal | None
    height_cm: Decimal | None
    surface_m2: Decimal | None


@transaction.atomic
def second(
    *,
    cycle: Cycle,
    weight_kg: Decimal | None,
    height_cm: Decimal | None,
    lines: Sequence[OwnLine],
    actor: Actor,
    at: datetime,
) -> list[DoseCalculation]:
    """Compare the actor's own calculation with the cycle's and keep both; one row per different amount.

    The actor is another clinician of the ward than the one who entered weight and height, and has not seen them.
    ``lines`` come in the order of the amounts' first slots. The doses may start only when every row ``agrees``;
    rows that do not are kept as they are, with the differences in words.
    """
    course = courses.locked(cycle.course_id)
    person = require_clinician(actor, course.patient, at)
    cycle = Cycle.objects.select_related("started_by", "sized_by").get(pk=cycle.pk)
    cycle.course = course
    amounts = amounts_of(cycle)
    first = _require_may_check(cycle, person, len(lines), len(amounts))
    _require_numbers(weight_kg, height_cm, lines)
    regimen = pinned.regimen(course.regimen).value
    ours = _sizes(regimen, cycle.dosing_weight_kg, cycle.height_cm)
    theirs = _sizes(regimen, weight_kg, height_cm)
    rows = [
        _row(cycle, regimen, amount, line, ours, theirs, first=first, person=person, at=at)
        for amount, line in zip(amounts, lines, strict=True)
    ]
    for row in rows:
        row.save()
    note_course(
        course, "cycle.calculated_again", actor=actor, at=at, body=_said(rows), subject="cycle", subject_id=cycle.pk
    )
    return rows


def _row(
    cycle: Cycle,
    regimen: AnyRegimen,
    amount: Amount,
    line: OwnLine,
    ours: _Sizes,
    theirs: _Sizes,
    *,
    first: User,
    person: User,
    at: datetime,
) -> DoseCalculation:
    found = [*_size_differences(regimen, ours, theirs), *_compared(regimen, amount, line, ours, theirs)]
    return DoseCalculation(
        cycle=cycle,
        basis=regimen.basis,
        first_weight_kg=cycle.dosing_weight_kg,
        first_height_cm=ours.height_cm,
        first_surface_m2=ours.surface_m2,
        first_iu=amount.iu,
        first_dose_iu=amount.dose_iu,
        first_by=first,
        second_weight_kg=theirs.weight_kg,
        second_height_cm=theirs.height_cm,
        second_surface_m2=theirs.surface_m2,
        second_iu=line.iu,
        second_dose_iu=line.dose_iu,
        second_by=person,
        ordered_iu=amount.ordered_iu,
        volume_ml=volume_ml(amount.ordered_iu, regimen.product.concentration_iu_per_ml),
        vials=vials(amount.ordered_iu, recoverable_iu(cycle.course.site_id, regimen.product)),
        agrees=not found,
        differences=list(dict.fromkeys(found)),
        at=at,
    )


def _compared(regimen: AnyRegimen, amount: Amount, line: OwnLine, ours: _Sizes, theirs: _Sizes) -> list[str]:
    size, own = _size_of(regimen, ours), _size_of(regimen, theirs)
    calculation = Calculation(basis=regimen.basis, iu=amount.iu, size=size, dose_iu=amount.dose_iu)
    found: tuple[Difference, ...] = differences(calculation, OwnCalculation(line.iu, own, line.dose_iu))
    return [one.says for one in found]


def _size_of(regimen: AnyRegimen, sizes: _Sizes) -> Decimal | None:
    by_basis: Mapping[str, Decimal | None] = {"iu_per_kg": sizes.weight_kg, "iu_per_m2": sizes.surface_m2}
    return by_basis.get(regimen.basis)


def _size_differences(regimen: AnyRegimen, ours: _Sizes, theirs: _Sizes) -> list[str]:
    """Weight and height one by one where both make the surface: two errors must not cancel each other."""
    if regimen.basis != "iu_per_m2":
        return []
    pairs = (("weight", "kg", ours.weight_kg, theirs.weight_kg), ("height", "cm", ours.height_cm, theirs.height_cm))
    return [
        f"{name}: yours {'not entered' if own is None else f'{own:f} {unit}'}, ours {first:f} {unit}"
        for name, unit, first, own in pairs
        if first is not None and first != own
    ]


def _sizes(regimen: AnyRegimen, weight_kg: Decimal | None, height_cm: Decimal | None) -> _Sizes:
    if weight_kg is None:
        return _Sizes(None, height_cm, None)
    try:
        surface = surface_of(regimen, weight_kg=weight_kg, height_cm=height_cm)
    except (BodySurfaceIsNotUsable, BodySizeIsNotUsable):
        surface = None
    return _Sizes(weight_kg, height_cm, surface)


def _require_may_check(cycle: Cycle, person: User, lines: int, amounts: int) -> User:
    if cycle.status != "active":
        raise CycleNotActive(f"Cycle {cycle.number} is not active.")
    first = cycle.sized_by or cycle.started_by
    if first is None:
        raise StartChecksUnsigned("Nobody is on record as having entered this cycle's weight.")
    if person.pk == first_of(cycle):
        raise CalculatedBySamePerson(
            f"{person} entered the weight. Another person must work the dose out without looking at it."
        )
    if lines != amounts:
        raise Invalid(f"This cycle has {amounts} different amounts; {lines} were worked out.")
    return first


def _require_numbers(weight_kg: Decimal | None, height_cm: Decimal | None, lines: Sequence[OwnLine]) -> None:
    for size in (weight_kg, height_cm):
        if size is not None and not (size.is_finite() and 0 < size < WIDEST_KG_OR_CM and not size % STEP):
            raise Invalid("Weight in kg and height in cm must be plain numbers of at most three decimals.")
    if any(line.iu <= 0 or line.dose_iu <= 0 for line in lines):
        raise Invalid("Units per kg or m2 and doses must be more than 0.")


def _said(rows: Sequence[DoseCalculation]) -> dict[str, object]:
    return {
        "agrees": all(row.agrees for row in rows),
        "calculations": [row.pk for row in rows],
        "doses_iu": [row.first_dose_iu for row in rows],
        "second_doses_iu": [row.second_dose_iu for row in rows],
        "differences": [sentence for row in rows for sentence in row.differences],
    }
