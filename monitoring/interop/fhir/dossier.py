"""What is told of one course from its first admission to its end, in one Bundle?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from dosing.models import Course
from il2ward.audit.models import AuditHead
from monitoring.interop.fhir import (
    adverse_out,
    alerts_out,
    grades_out,
    issues_out,
    orders_out,
    patients_out,
    plans_out,
    provenance_out,
)
from monitoring.interop.fhir.elements_out import OWN, instant
from monitoring.interop.fhir.measured_out import measured
from monitoring.interop.fhir.observation_out import resource
from monitoring.interop.fhir.served import Reader, Resource
from monitoring.models import Observation
from monitoring.selectors.standing_grades import StandingGrade, standing_grades

PEOPLE = ("charted", "laboratory")


def of_encounter(reader: Reader, cycle_id: int | None, base: str) -> Resource | None:
    """Return the dossier of the course of that admission as a collection, the patient first; None out of reach.

    Of a device's minute-by-minute feed only the values are in it whose grade differs from the one before; every
    charted value and laboratory result is. The identifier is the audit log's head: what the log proves up to then.
    """
    cycle = patients_out.cycles(reader).filter(pk=cycle_id).first() if cycle_id else None
    if cycle is None:
        return None
    head = AuditHead.objects.filter(id=1).first() or AuditHead()
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": {"system": f"{OWN}audit-head", "value": f"{head.seq}:{head.hash}"},
        "timestamp": instant(reader.at),
        "entry": [
            {"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one}
            for one in _collected(cycle.course, reader)
        ],
    }


def _collected(course: Course, reader: Reader) -> Iterator[Resource]:
    yield patients_out.patient(course.patient)
    for cycle in patients_out.cycles(reader).filter(course=course).order_by("number"):
        yield patients_out.encounter(cycle)
        yield orders_out.request(cycle)
    doses = list(orders_out.administered(reader).filter(cycle__course=course).order_by("cycle__number", "number"))
    for dose in doses:
        yield orders_out.administration(dose)
    yield plans_out.plan(course)
    for alert in alerts_out.alerts(reader).filter(course=course).order_by("id"):
        yield alerts_out.flag(alert)
        yield alerts_out.communication(alert)
    for issue in issues_out.issues(reader).filter(course=course).order_by("id"):
        yield issues_out.issue(issue)
    changes = _changes(standing_grades(course.pk, at=reader.at))
    for row in _observations(course, reader, changes):
        yield resource(row)
    for _, told in grades_out.with_grades(changes, course):
        yield told
    yield from adverse_out.events(course, reader)
    for dose in doses:
        if dose.status != "planned":
            yield provenance_out.of_dose(dose)


def _changes(grades: list[StandingGrade]) -> list[StandingGrade]:
    """The grades less those of a feed that only repeat the one before of the same term and observable."""
    last: dict[tuple[str, str], tuple[int | None, bool, bool]] = {}
    found = []
    for one in grades:
        said = (one.grade, one.at_least, one.proposed)
        if one.confirmation_id is not None or last.get((one.term, one.observable)) != said:
            found.append(one)
        last[one.term, one.observable] = said
    return found


def _observations(course: Course, reader: Reader, changes: list[StandingGrade]) -> Iterator[Observation]:
    graded = {one.observation_id for one in changes}
    within = Q(recorded_at__gte=course.opened_at)
    if course.ended_at is not None:
        within &= Q(observed_at__lte=course.ended_at)
    rows = measured(reader).filter(patient=course.patient).filter(within | Q(grades__course=course)).distinct()
    for row in rows.order_by("observed_at", "pk").iterator(chunk_size=500):
        if row.origin in PEOPLE or row.pk in graded:
            yield row
