"""Who lies on the ward, which beds are free, who could be admitted, and who could be taken for whom?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from dosing.models import Course, Cycle, Patient, Placement
from dosing.selectors.whereabouts import last_ward_of
from il2ward.staff.models import Bed, Site, Ward
from monitoring.domain.namesakes import is_alike

MOST_FOUND = 20
SHORTEST_SEARCH = 2


@dataclass(frozen=True, slots=True)
class Lying:
    """One patient in a bed, their open course (None: none), and who on the ward could be taken for them."""

    placement: Placement
    course: Course | None
    namesakes: list[Placement]


@dataclass(frozen=True, slots=True)
class Found:
    """One patient of the hospital; ``lies`` is where they lie now, None: in no bed."""

    patient: Patient
    lies: Placement | None


def lying_on(ward: Ward) -> list[Lying]:
    """Return who lies on the ward, by bed."""
    places = list(_open_placements().filter(ward=ward).order_by("bed__label"))
    ids = [place.patient_id for place in places]
    courses = {course.patient_id: course for course in Course.objects.filter(patient__in=ids).exclude(status="ended")}
    return [Lying(place, courses.get(place.patient_id), _alike(place.patient, places)) for place in places]


def namesakes_on(ward_id: int, patient: Patient) -> list[Placement]:
    """Return the placements of others on the ward whose family name is like the patient's."""
    return _alike(patient, list(_open_placements().filter(ward_id=ward_id)))


def like_named(site: Site, *, family_name: str, given_name: str) -> list[Found]:
    """Return patients of the hospital with a family name like this one and the same first letter of the given name."""
    initial = given_name.strip()[:1].casefold()
    rows = Patient.objects.filter(site=site).only("pk", "family_name", "given_name")
    ids = [
        row.pk
        for row in rows.iterator()
        if is_alike(row.family_name, family_name) and row.given_name[:1].casefold() == initial
    ]
    return found_of(Patient.objects.filter(pk__in=ids[:MOST_FOUND]))


def search(site: Site, text: str) -> list[Found]:
    """Return the hospital's patients with that record number, or whose family name begins so; at most 20."""
    text = text.strip()
    if len(text) < SHORTEST_SEARCH:
        return []
    wanted = Q(mrn__iexact=text) | Q(family_name__istartswith=text.split(",")[0].strip())
    rows = Patient.objects.filter(wanted, site=site).order_by("family_name", "given_name", "pk")
    return found_of(rows[:MOST_FOUND])


def found_of(rows: QuerySet[Patient]) -> list[Found]:
    """Return the patients with where they lie."""
    patients = list(rows)
    lies = {place.patient_id: place for place in _open_placements().filter(patient__in=[one.pk for one in patients])}
    return [Found(one, lies.get(one.pk)) for one in patients]


def free_beds(wards: list[Ward]) -> list[Bed]:
    """Return the wards' beds in which nobody lies, by ward and label."""
    taken = Placement.objects.filter(bed=OuterRef("pk"), until_at=None)
    rows = Bed.objects.filter(~Exists(taken), ward__in=wards)
    return list(rows.select_related("ward").order_by("ward__name", "label"))


def left_open(ward: Ward) -> list[Cycle]:
    """Return the cycles that have not ended though their patient has left this ward, and lies in no bed."""
    in_bed = Placement.objects.filter(patient=OuterRef("course__patient"), until_at=None)
    rows = Cycle.objects.filter(~Exists(in_bed)).exclude(status="ended")
    found = rows.filter(course__patient__placements__ward=ward).distinct().select_related("course__patient")
    return [cycle for cycle in found if last_ward_of(cycle.course.patient) == ward.pk]


def left_at(patient: Patient) -> datetime | None:
    """Return when the patient left their last bed; None when they lie in one or never did."""
    last = Placement.objects.filter(patient=patient).order_by("-from_at", "-id").first()
    return last.until_at if last is not None else None


def _open_placements() -> QuerySet[Placement]:
    return Placement.objects.filter(until_at=None).select_related("patient", "bed", "ward")


def _alike(patient: Patient, places: list[Placement]) -> list[Placement]:
    others = [place for place in places if place.patient_id != patient.pk]
    return [place for place in others if is_alike(place.patient.family_name, patient.family_name)]
