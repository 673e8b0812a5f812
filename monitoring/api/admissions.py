"""A nurse or physician registers, admits and moves a patient, lets one leave, and takes a ward over."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from dosing.models import Patient, Placement
from dosing.services import departures, patients, placements
from dosing.services.refusals import Invalid
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http.credentials import Clinician, actor_of, person_of
from il2ward.http.problems import Problem, shown
from il2ward.staff.models import Bed, User, Ward
from il2ward.staff.selectors import membership
from monitoring.api.refusing import OnceOnly, found
from monitoring.api.setup_numbers import day
from monitoring.api.ward_payloads import AdmitBody, DepartureBody, HandoverBody, MoveBody, RegisterBody
from monitoring.selectors import admission_page, reach
from monitoring.services import handovers


class NoSuchBed(Invalid):
    """The ward has no bed of that name."""


class NoSuchWard(Invalid):
    """The hospital has no ward with that code."""


class NoSuchColleague(Invalid):
    """Nobody of the hospital has that user name."""


class WardsAct(OnceOnly):
    """What every act here shares: nurses and physicians of the ward."""

    permission_classes = [Clinician]

    def ward(self, request: Request, ward_id: int, at: datetime) -> Ward:
        """Return the ward that the person works on, else raise 404."""
        visible = membership.may_see_ward(person_of(request), ward_id, at)
        return found(Ward.objects.select_related("site").filter(pk=ward_id).first() if visible else None, "ward")

    def patient(self, request: Request, patient_id: UUID, at: datetime) -> Patient:
        """Return the patient in reach, else raise 404."""
        return found(reach.patient_by_id(actor_of(request), patient_id, at), "patient")


class Registrations(WardsAct):
    """A patient the hospital does not know yet."""

    def post(self, request: Request, ward_id: int) -> HttpResponse:
        """Register, and admit when a bed is named; refused while like-named patients are not said to be others."""
        at, body = clock.now(), self.read(request, RegisterBody)
        ward, born = self.ward(request, ward_id, at), day(body.birth_date, "$.birth_date")

        @transaction.atomic
        def register(actor: Actor, at: datetime) -> dict[str, Any]:
            bed = bed_of(ward, body.bed) if body.bed is not None else None
            require_no_namesakes(ward, body)
            patient = patients.register(
                site=ward.site, mrn=body.mrn, family_name=body.family_name, given_name=body.given_name,
                title=body.title, birth_date=born, gender=body.gender, allergies=body.allergies, actor=actor, at=at,
            )  # fmt: skip
            placed = placements.place(patient=patient, bed=bed, actor=actor, at=at) if bed is not None else None
            return told(patient, placed)

        return self.once(request, 201, at, register)


class Admissions(WardsAct):
    """A known patient of the hospital who lies nowhere."""

    def post(self, request: Request, ward_id: int, patient_id: UUID) -> HttpResponse:
        """Lay them into the bed."""
        at, body = clock.now(), self.read(request, AdmitBody)
        ward = self.ward(request, ward_id, at)
        patient = found(Patient.objects.filter(pk=patient_id, site=ward.site).first(), "patient")

        def admit(actor: Actor, at: datetime) -> dict[str, Any]:
            bed = bed_of(ward, body.bed)
            return told(patient, placements.place(patient=patient, bed=bed, actor=actor, at=at))

        return self.once(request, 201, at, admit)


class Moves(WardsAct):
    """A patient of the ward, to another bed."""

    def post(self, request: Request, patient_id: UUID) -> HttpResponse:
        """Move them."""
        at, body = clock.now(), self.read(request, MoveBody)
        patient = self.patient(request, patient_id, at)

        def move(actor: Actor, at: datetime) -> dict[str, Any]:
            lying = patient.placements.select_related("ward").get(until_at=None)
            bed = bed_of(lying.ward if body.ward is None else ward_called(patient.site_id, body.ward), body.bed)
            return told(patient, departures.move(patient=patient, bed=bed, reason=body.reason, actor=actor, at=at))

        return self.once(request, 200, at, move)


class Departures(WardsAct):
    """A patient of the ward, who leaves it."""

    def post(self, request: Request, patient_id: UUID) -> HttpResponse:
        """Let them leave; ``open_cycle`` is what a physician still has to end, null when there is none."""
        at, body = clock.now(), self.read(request, DepartureBody)
        patient = self.patient(request, patient_id, at)

        def leave(actor: Actor, at: datetime) -> dict[str, Any]:
            cycle = departures.leave(
                patient=patient, destination=body.destination, reason=body.reason, actor=actor, at=at
            )
            return {**told(patient, None), "open_cycle": cycle.pk if cycle else None}

        return self.once(request, 200, at, leave)


class Handovers(WardsAct):
    """Who has the ward."""

    def post(self, request: Request, ward_id: int) -> HttpResponse:
        """Take the ward over, or leave it; what is open is kept with it."""
        at, body = clock.now(), self.read(request, HandoverBody)
        ward = self.ward(request, ward_id, at)
        act = handovers.take_over if body.kind == "taken" else handovers.leave

        def hand_over(actor: Actor, at: datetime) -> dict[str, Any]:
            other = colleague(ward, body.other) if body.other else None
            row = act(ward=ward, other=other, note=body.note, actor=actor, at=at)
            return {"id": row.pk, "kind": row.kind, "at": row.at.isoformat(), "was_open": row.was_open}

        return self.once(request, 201, at, hand_over)


def require_no_namesakes(ward: Ward, body: RegisterBody) -> None:
    """Raise the 409 problem that tells whom the new patient could be taken for, or could be."""
    alike = admission_page.like_named(ward.site, family_name=body.family_name, given_name=body.given_name)
    if alike and not body.other_person:
        known = [{"id": str(one.patient.pk), "mrn": one.patient.mrn, "name": str(one.patient)} for one in alike]
        raise Problem(409, "like-named", "Is it one of these? If not, say so.", extra={"patients": known})


def bed_of(ward: Ward, label: str) -> Bed:
    """Return the ward's bed of that name; raises NoSuchBed."""
    bed = ward.beds.filter(label=label).first()
    if bed is None:
        raise NoSuchBed(f"{ward} has no bed {shown(label)}.")
    return bed


def ward_called(site_id: int, code: str) -> Ward:
    """Return the hospital's ward with that code; raises NoSuchWard."""
    ward = Ward.objects.filter(site_id=site_id, code=code).first()
    if ward is None:
        raise NoSuchWard(f"The hospital has no ward with the code {shown(code)}.")
    return ward


def colleague(ward: Ward, username: str) -> User:
    """Return the person of the hospital with that user name; raises NoSuchColleague."""
    person = User.objects.filter(site=ward.site, username=username).first()
    if person is None:
        raise NoSuchColleague(f"Nobody of the hospital has the user name {shown(username)}.")
    return person


def told(patient: Patient, placed: Placement | None) -> dict[str, Any]:
    """The patient as the acts here answer; ``bed`` null: in none."""
    return {
        "id": str(patient.pk),
        "mrn": patient.mrn,
        "ward": placed.ward_id if placed else None,
        "bed": placed.bed.label if placed else None,
    }
