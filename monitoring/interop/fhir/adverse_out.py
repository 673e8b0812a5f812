"""Which toxicities of a patient's courses are confirmed, and how does each read as an AdverseEvent?"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from dosing.models import Course, Dose
from monitoring.domain.episodes import Episode
from monitoring.interop.fhir import params
from monitoring.interop.fhir.elements_out import HL7, concept, instant, narrative_free, reference
from monitoring.interop.fhir.grades_out import term
from monitoring.interop.fhir.served import Asked, Param, Reader, Resource, Served
from monitoring.selectors.toxicities import toxicities_of

# FHIR's severity has three words; the grade itself is told in the event's text.
SEVERITY = {1: "mild", 2: "moderate", 3: "severe", 4: "severe", 5: "severe"}


@dataclass(frozen=True)
class EpisodeSource:
    """Adverse events are worked out from the grades, course by course; the newest course comes first."""

    tag: str = ""

    def page(self, reader: Reader, asked: Asked, after: str, most: int) -> list[tuple[str, Resource]]:
        """Return the events of the patient asked for, behind the one named ``after``."""
        wanted = {found for name, values in asked if name == "subject" for found in map(_patient, values) if found}
        rows = _courses(reader).filter(patient__in=wanted).order_by("-pk")
        found = [(event["id"], event) for course in rows for event in events(course, reader)]
        names = [name for name, _ in found]
        start = names.index(after) + 1 if after in names else 0
        return found[start : start + most]

    def one(self, reader: Reader, name: str) -> Resource | None:
        """Return one event by its id."""
        key = params.whole(name.partition(".")[0])
        course = _courses(reader).filter(pk=key).first() if key else None
        events_here = events(course, reader) if course is not None else ()
        return next((event for event in events_here if event["id"] == name), None)


def events(course: Course, reader: Reader) -> list[Resource]:
    """Return the confirmed adverse events of one course, the newest that are not over first; a proposed one is not
    told."""
    doses = list(Dose.objects.filter(cycle__course=course, started_at__isnull=False).order_by("started_at"))
    found = toxicities_of(course.pk, at=reader.at).events
    return [_event(course, one.term, one.episode, doses) for one in found if _is_confirmed(one.episode)]


def _is_confirmed(episode: Episode) -> bool:
    return episode.worst.grade is not None and not episode.worst.proposed


def _event(course: Course, key: str, episode: Episode, doses: list[Dose]) -> Resource:
    grade = episode.worst.grade or 0
    code = term(course, key)
    at_least = "at least " if episode.worst.at_least else ""
    return narrative_free({
        "resourceType": "AdverseEvent",
        "id": f"{course.pk}.{key.replace('_', '-')}.{int(episode.onset_at.timestamp())}",
        "actuality": "actual",
        "event": code | {"text": f"{code.get('text', key)}, CTCAE grade {at_least}{grade}"},
        "subject": reference("Patient", course.patient_id),
        "date": instant(episode.onset_at),
        "detected": instant(episode.worst.observed_at),
        "severity": concept(f"{HL7}adverse-event-severity", SEVERITY[grade]),
        "outcome": concept(f"{HL7}adverse-event-outcome", _outcome(course, episode, grade)),
        "suspectEntity": [{"instance": reference("MedicationAdministration", dose.pk)} for dose in doses
                          if dose.started_at is not None and dose.started_at <= episode.onset_at],
    })  # fmt: skip


def _outcome(course: Course, episode: Episode, grade: int) -> str:
    if grade == 5:
        return "fatal"
    if not episode.is_open:
        return "resolved"
    return "unknown" if course.status == "ended" else "ongoing"


def _courses(reader: Reader) -> QuerySet[Course]:
    return Course.objects.filter(patient__in=reader.patients).select_related("ctcae", "observables")


def _patient(value: str) -> UUID | None:
    named, _, own = value.rpartition("/")
    if named not in {"", "Patient"}:
        raise params.bad("subject", value, "Patient/<id>")
    return params.uuid(own)


ADVERSE_EVENT = Served(
    type="AdverseEvent",
    about="One confirmed toxicity of a course from its onset, with its worst grade and the doses given before it.",
    sources=(EpisodeSource(),),
    params=(Param("subject", "reference", "the patient; must be asked for"),),
    needs=("subject",),
)
