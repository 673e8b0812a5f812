"""Which patient, course, dose or alert may this person or device reach? What is out of reach is not there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from dosing.models import Course, Dose, Patient, Placement
from il2ward.audit.actor import Actor
from il2ward.staff.models import User
from il2ward.staff.services import membership
from monitoring.models import Alert, Observation


def patients(actor: Actor, at: datetime) -> QuerySet[Patient]:
    """Return the patients in reach at ``at``: a device's whole site; for a person, who lies in one of their wards."""
    if actor.device is not None:
        return Patient.objects.filter(site_id=actor.device.site_id)
    if actor.user is None:
        return Patient.objects.none()
    return Patient.objects.filter(_lies_in(actor.user, at, "")).distinct()


def readable_patients(actor: Actor, at: datetime) -> QuerySet[Patient]:
    """Return the patients whose record may be read at ``at``: a device's whole site; for a person, whoever lies in one
    of their wards or lay there last: a completed course can still be audited."""
    if actor.device is not None:
        return Patient.objects.filter(site_id=actor.device.site_id)
    if actor.user is None:
        return Patient.objects.none()
    latest = Placement.objects.filter(patient=OuterRef("pk")).order_by("-from_at", "-id").values("ward")[:1]
    wards = [ward.pk for ward in membership.wards_of(actor.user, at)]
    return Patient.objects.annotate(last_ward=Subquery(latest)).filter(last_ward__in=wards)


def patient_by_mrn(actor: Actor, mrn: str, at: datetime) -> Patient | None:
    """Return the patient in reach with that medical record number."""
    return patients(actor, at).filter(mrn=mrn).first()


def patient_by_id(actor: Actor, patient_id: UUID, at: datetime) -> Patient | None:
    """Return the patient in reach with that id."""
    return patients(actor, at).filter(pk=patient_id).first()


def course(user: User, course_id: int, at: datetime) -> Course | None:
    """Return the course, if its patient lies in one of the person's wards."""
    found = Course.objects.filter(_lies_in(user, at, "patient__"), pk=course_id)
    return found.select_related("patient", "site").first()


def dose(user: User, dose_id: int, at: datetime) -> Dose | None:
    """Return the dose, if its patient lies in one of the person's wards."""
    found = Dose.objects.filter(_lies_in(user, at, "cycle__course__patient__"), pk=dose_id)
    return found.select_related("cycle__course__patient").first()


def alert(user: User, alert_id: int, at: datetime) -> Alert | None:
    """Return the alert, if its patient lies in one of the person's wards."""
    return Alert.objects.filter(_lies_in(user, at, "course__patient__"), pk=alert_id).first()


def observation(actor: Actor, observation_id: UUID, at: datetime) -> Observation | None:
    """Return the observation, if its patient is in reach."""
    return Observation.objects.filter(pk=observation_id, patient__in=patients(actor, at)).first()


def not_gradable(actor: Actor, at: datetime, *, before: UUID | None = None, most: int = 500) -> list[Observation]:
    """Return the newest observations in reach that cannot be graded, newest first; with ``before`` those older."""
    rows = Observation.objects.filter(patient__in=patients(actor, at)).exclude(not_gradable="")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("patient").order_by("-id")[:most])


def _lies_in(user: User, at: datetime, prefix: str) -> Q:
    wards = [ward.pk for ward in membership.wards_of(user, at)]
    return Q(**{f"{prefix}placements__ward__in": wards, f"{prefix}placements__until_at": None})
