"""How does a CTCAE grade read as an Observation derived from the measurement that it grades?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from dosing.models import Course
from monitoring.interop.fhir import params
from monitoring.interop.fhir.elements_out import OWN, concept, instant, narrative_free, person, reference
from monitoring.interop.fhir.measured_out import GRADES
from monitoring.interop.fhir.served import Asked, Reader, Resource, RowSource
from monitoring.models import EnteredGrade, ToxicityGrade
from monitoring.selectors import chains
from monitoring.selectors.course_rules import grading_rules_of
from monitoring.selectors.standing_grades import StandingGrade, standing_grades
from monitoring.selectors.told_names import ENTERED
from monitoring.selectors.told_names import GRADED as TAG

CHUNK = 100


def grade(one: StandingGrade, course: Course, measurement: UUID) -> Resource:
    """Return the Observation: the grade as it counts now, or why there is none (never 0 instead).

    ``preliminary`` is a proposed grade: it counts, and no clinician has confirmed it. ``measurement`` is the id under
    which what was graded is told.
    """
    value = {"dataAbsentReason": {"text": one.why}} if one.grade is None else {"valueInteger": one.grade}
    notes = [*(["A higher grade is left open."] if one.at_least else []), *([one.why] if one.why else [])]
    return narrative_free({
        "resourceType": "Observation",
        "id": f"{TAG}{one.id}",
        "meta": {"lastUpdated": instant(one.graded_at)},
        "status": "preliminary" if one.proposed else "final",
        "category": [concept(f"{OWN}observation-category", GRADES, "CTCAE grade")],
        "code": term(course, one.term),
        "subject": reference("Patient", course.patient_id),
        "effectiveDateTime": instant(one.observed_at),
        "issued": instant(one.graded_at),
        **value,
        "method": {"text": f"CTCAE {grading_rules_of(course).ctcae.version}"},
        "note": [{"text": text} for text in notes],
        "derivedFrom": [reference("Observation", measurement)],
    })  # fmt: skip


def with_grades(standing: Sequence[StandingGrade], course: Course) -> list[tuple[StandingGrade, Resource]]:
    """Return each grade of one course with its resource."""
    first = chains.first_ids({one.observation_id for one in standing})
    return [(one, grade(one, course, first[one.observation_id])) for one in standing]


def term(course: Course, key: str) -> dict[str, Any]:
    """Return the code of a CTCAE term in the words of the version that the course is graded by."""
    ctcae = grading_rules_of(course).ctcae
    row = ctcae.terms.get(key)
    return concept(f"{OWN}ctcae:{ctcae.version}", key, row.term if row is not None else "")


CONDITIONS = {
    "_id": lambda value: Q(pk=found) if (found := params.whole(value.removeprefix(TAG))) else params.NOTHING,
    "patient": params.reference("patient", "Patient", "course__patient", params.uuid),
    "subject": params.reference("subject", "Patient", "course__patient", params.uuid),
    "code": lambda value: Q(term=value.rpartition("|")[2]),
    "category": params.code("category", {GRADES: Q()}),
    "date": params.moments("date", "observed_at"),
    "identifier": lambda _: params.NOTHING,
    # Whether a grade stands as proposed is known once a clinician's word is read, so both are looked at.
    "status": params.code("status", {"final": Q(), "preliminary": Q()}),
    "_lastUpdated": params.moments("_lastUpdated", "graded_at"),
}


@dataclass(frozen=True)
class GradeSource:
    """The grades that stand; older revisions and grades of what was withdrawn or corrected are not told."""

    tag: str = TAG

    def page(self, reader: Reader, asked: Asked, after: str, most: int) -> list[tuple[str, Resource]]:
        """Read on until the page is full or nothing is left."""
        rows = _matching(reader, asked)
        found: list[tuple[str, Resource]] = []
        behind = params.whole(after) if after else None
        if after and behind is None:
            raise params.bad("_cursor", after, "the cursor of a next link")
        statuses = [set(values) for name, values in asked if name == "status"]
        while len(found) < most:
            chunk = list((rows.filter(pk__lt=behind) if behind else rows).order_by("-pk")[:CHUNK])
            told = _told(chunk)
            found += [
                (str(row.pk), told[row.pk])
                for row in chunk
                if row.pk in told and all(told[row.pk]["status"] in one for one in statuses)
            ]
            if len(chunk) < CHUNK:
                break
            behind = chunk[-1].pk
        return found[:most]

    def one(self, reader: Reader, name: str) -> Resource | None:
        """Return one grade, if it still stands."""
        key = params.whole(name)
        rows = list(_matching(reader, ()).filter(pk=key)) if key else []
        return next(iter(_told(rows).values()), None)


def _matching(reader: Reader, asked: Asked) -> QuerySet[ToxicityGrade]:
    rows = ToxicityGrade.objects.filter(course__patient__in=reader.patients).select_related(
        "course__ctcae", "course__observables"
    )
    for name, values in asked:
        either = Q()
        for value in values:
            either |= CONDITIONS[name](value)
        # An empty condition matches all, and one of several alternatives that does must not be lost.
        rows = rows if any(CONDITIONS[name](value) == Q() for value in values) else rows.filter(either)
    return rows


def _told(rows: list[ToxicityGrade]) -> dict[int, Resource]:
    courses: dict[int, list[ToxicityGrade]] = defaultdict(list)
    for row in rows:
        courses[row.course_id].append(row)
    told: dict[int, Resource] = {}
    for course_id, own in courses.items():
        wanted = {row.pk for row in own}
        standing = standing_grades(course_id, observations={row.observation_id for row in own})
        told |= {one.id: resource for one, resource in with_grades(standing, own[0].course) if one.id in wanted}
    return told


def entered(row: EnteredGrade) -> Resource:
    """Return a clinician's own grade, given where no number can grade."""
    return narrative_free({
        "resourceType": "Observation",
        "id": f"{ENTERED}{row.pk}",
        "meta": {"lastUpdated": instant(row.recorded_at)},
        "status": "final" if row.replaces_id is None else "corrected",
        "category": [concept(f"{OWN}observation-category", GRADES, "CTCAE grade")],
        "code": term(row.course, row.term),
        "subject": reference("Patient", row.patient_id),
        "effectiveDateTime": instant(row.observed_at),
        "issued": instant(row.recorded_at),
        "performer": [person(row.recorded_by)],
        "valueInteger": row.grade,
        "method": {"text": f"CTCAE {row.ctcae_version}, by a clinician"},
        "note": [{"text": row.note}] if row.note else [],
    })  # fmt: skip


def _entered(reader: Reader) -> QuerySet[EnteredGrade]:
    rows = EnteredGrade.objects.filter(patient__in=reader.patients, replaced_by__isnull=True, grade__isnull=False)
    return rows.select_related("course__ctcae", "course__observables", "recorded_by")


BY_CLINICIAN = RowSource(
    rows=_entered,
    told=entered,
    conditions={
        **CONDITIONS,
        "_id": lambda value: Q(pk=found) if (found := params.uuid(value.removeprefix(ENTERED))) else params.NOTHING,
        "patient": params.reference("patient", "Patient", "patient", params.uuid),
        "subject": params.reference("subject", "Patient", "patient", params.uuid),
        "status": params.code("status", {"final": Q(replaces=None), "corrected": Q(replaces__isnull=False)}),
        "_lastUpdated": params.moments("_lastUpdated", "recorded_at"),
    },
    key=params.uuid,
    tag=ENTERED,
)
