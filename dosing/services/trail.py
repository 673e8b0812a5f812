"""How does each act leave its trace: one event in the log and one step of the ward's number, in its transaction?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dosing.models import Course, Dose, Patient, RuleFile
from dosing.selectors.whereabouts import ward_of
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.live import services as live


def note_patient(
    patient: Patient, event: str, *, actor: Actor, at: datetime, body: Mapping[str, object], ward_id: int | None = None
) -> None:
    """Record an act on a patient; ``ward_id`` is a second ward whose picture changed (the one they left)."""
    here = ward_of(patient)
    for ward in sorted({ward for ward in (here, ward_id) if ward is not None}):
        live.changed(ward_id=ward, at=at)
    audit.append(
        event=event,
        actor=actor,
        at=at,
        subject="patient",
        subject_id=str(patient.pk),
        patient_id=str(patient.pk),
        site_id=patient.site_id,
        body=body,
    )


def note_course(
    course: Course,
    event: str,
    *,
    actor: Actor,
    at: datetime,
    body: Mapping[str, object],
    subject: str = "course",
    subject_id: object = None,
) -> None:
    """Record an act on a course, or on what belongs to it when ``subject`` names that."""
    live.changed(ward_id=ward_of(course.patient), at=at)
    audit.append(
        event=event,
        actor=actor,
        at=at,
        subject=subject,
        subject_id=str(course.pk if subject_id is None else subject_id),
        patient_id=str(course.patient_id),
        course_id=course.pk,
        site_id=course.site_id,
        body=body,
    )


def note_dose(dose: Dose, event: str, *, actor: Actor, at: datetime, body: Mapping[str, object]) -> None:
    """Record an act on a dose; its cycle's and its own number go with it."""
    numbers = {"cycle": dose.cycle.number, "dose": dose.number}
    note_course(
        dose.cycle.course, event, actor=actor, at=at, body={**numbers, **body}, subject="dose", subject_id=dose.pk
    )


def note_rules(
    row: RuleFile, event: str, *, actor: Actor, at: datetime, body: Mapping[str, object], site_id: int | None = None
) -> None:
    """Record an act on a rule file, of a site where it concerns one; no ward's picture changes."""
    audit.append(event=event, actor=actor, at=at, subject="rules", subject_id=str(row.pk), site_id=site_id, body=body)
