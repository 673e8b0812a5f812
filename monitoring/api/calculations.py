"""A second person's own calculation of a cycle's doses, and a smaller dose where the source allows one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.domain.dose_arithmetic import dose_text
from dosing.models import DoseCalculation
from dosing.services import calculations, reductions
from dosing.services.calculations import OwnLine
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http import problems
from il2ward.http.credentials import Clinician, Physician, actor_of, person_of
from il2ward.http.endpoint import act_once, said
from il2ward.http.problems import Problem
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.refusing import GateEndpoint, found
from monitoring.api.second_person import proven
from monitoring.api.setup_numbers import maybe_decimal
from monitoring.api.setup_payloads import CalculationBody, ReductionBody
from monitoring.selectors import reach, setup_reach


class Calculations(GateEndpoint):
    """Nurses and physicians of the patient's ward; who calculates proves it with their own password."""

    permission_classes = [Clinician]

    def post(self, request: Request, cycle_id: int) -> HttpResponse:
        """Compare and keep; one that does not agree is refused with both numbers, and kept all the same."""
        at, body = clock.now(), self.read(request, CalculationBody)
        cycle = found(setup_reach.cycle(person_of(request), cycle_id, at), "cycle")
        weight, height = maybe_decimal(body.weight_kg, "$.weight_kg"), maybe_decimal(body.height_cm, "$.height_cm")
        second = proven(request, body.second, at)

        def compare() -> Answer:
            rows = calculations.second(
                cycle=cycle,
                weight_kg=weight,
                height_cm=height,
                lines=[OwnLine(line.iu, line.dose_iu) for line in body.lines],
                actor=Actor(user=second),
                at=at,
            )
            return answered(rows)

        return act_once(request, at=at, required=True, act=compare)


class Reductions(GateEndpoint):
    """Physicians of the patient's ward, confirmed by a second person."""

    permission_classes = [Physician]

    def post(self, request: Request, dose_id: int) -> HttpResponse:
        """Order a smaller dose for one slot."""
        at, body = clock.now(), self.read(request, ReductionBody)
        dose = found(reach.dose(person_of(request), dose_id, at), "dose")
        second = proven(request, body.checker, at)

        def reduce() -> Answer:
            reduced = reductions.reduce(
                dose=dose, to_iu=body.to_iu, reason=body.reason, confirmed_by=second, actor=actor_of(request), at=at
            )
            return said(201, {"dose": reduced.pk, "dose_iu": reduced.dose_iu})

        return act_once(request, at=at, required=True, act=reduce)


def answered(rows: list[DoseCalculation]) -> Answer:
    """Return 201 when all agree; else 409 with everything that differs. Both are kept."""
    told = [calculation_told(row) for row in rows]
    if all(row.agrees for row in rows):
        return said(201, {"agrees": True, "calculations": told})
    differ = list(dict.fromkeys(sentence for row in rows for sentence in row.differences))
    detail = f"The two calculations do not agree, and no dose may start: {'; '.join(differ)}. Both were kept."
    problem = Problem(409, "calculations-differ", detail, extra={"agrees": False, "calculations": told})
    return said(409, problem.as_dict(), problems.CONTENT_TYPE)


def calculation_told(row: DoseCalculation) -> dict[str, Any]:
    """One calculation as it goes on the wire."""
    return {
        "id": row.pk,
        "agrees": row.agrees,
        "first": {"iu": row.first_iu, "dose_iu": row.first_dose_iu, "weight_kg": str(row.first_weight_kg)},
        "second": {"iu": row.second_iu, "dose_iu": row.second_dose_iu, "weight_kg": str(row.second_weight_kg)},
        "ordered": dose_text(row.ordered_iu),
        "differences": row.differences,
    }
