"""Who may do what with a resource type, and who has read whom?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from dosing.models import Patient
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.audit.services import reads
from il2ward.staff.models import Device, Role, User
from il2ward.staff.scopes import allows
from monitoring.interop.fhir.params import uuid
from monitoring.interop.fhir.served import Resource

CLINICIANS = (Role.NURSE, Role.PHYSICIAN)
CREATED = ("Patient", "Encounter", "MedicationRequest", "Observation")
ABOUT_A_PERSON = ("subject", "patient")


class MayUse(BasePermission):
    """Let in who may do what the view does by ``acts``: the staff by role, a device or system by its rights."""

    message = "You may not do this with this kind of resource."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the person's role, or a right of the device, allows the act on ``view.served``."""
        act = view.acts.get("GET" if request.method == "HEAD" else request.method)  # type: ignore[attr-defined]
        served = view.served  # type: ignore[attr-defined]
        if act is None:
            return True
        if isinstance(request.auth, Device):
            return not served.admins_only and allows(request.auth.scopes, served.type, act)
        user = request.user
        if not isinstance(user, User) or not user.is_active:
            return False
        if act in "cu":
            return user.role in CLINICIANS
        return user.role == Role.ADMIN or not served.admins_only


class MayCreateSomething(BasePermission):
    """Let in who may create any kind of resource; each entry of a Bundle is asked for on its own."""

    message = "You may not create anything here."

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Return whether the person is a clinician, or the device may create one of the kinds."""
        if isinstance(request.auth, Device):
            return any(allows(request.auth.scopes, kind, "c") for kind in CREATED)
        user = request.user
        return isinstance(user, User) and user.is_active and user.role in CLINICIANS


def may_create(actor: Actor, kind: str) -> bool:
    """Return whether the actor may create resources of this kind; the services still decide about each."""
    if actor.device is not None:
        return allows(actor.device.scopes, kind, "c")
    return actor.user is not None and actor.user.is_active and actor.user.role in CLINICIANS


def note_refused(device: Device, kind: str, method: str, at: datetime) -> None:
    """Keep that a device or system asked for what its rights do not allow."""
    with transaction.atomic():
        audit.append(
            event="fhir.refused",
            actor=Actor(device=device),
            at=at,
            subject="device",
            subject_id=device.pk,
            body={"type": kind, "method": method, "scopes": list(device.scopes)},
        )


def note(resources: Iterable[Resource], page: str, *, actor: Actor, at: datetime) -> None:
    """Keep who has read whose record: of a person one line per patient, of a device or system one act of the log."""
    patients = sorted({name for one in resources for name in _patients(one)})
    if not patients:
        return
    with transaction.atomic():
        if actor.user is not None:
            for name in patients:
                reads.note(actor.user, Patient(pk=uuid(name)), page, at)
            return
        audit.append(
            event="fhir.read",
            actor=actor,
            at=at,
            subject="patient",
            subject_id=patients[0] if len(patients) == 1 else "",
            patient_id=patients[0] if len(patients) == 1 else "",
            body={"page": page, "patients": patients},
        )


def _patients(resource: Resource) -> Iterable[str]:
    """Whom the resource is about; an audit event is looked at as an event, not as a record."""
    if resource["resourceType"] == "Patient":
        yield resource["id"]
    for name in ABOUT_A_PERSON:
        told = resource.get(name)
        if isinstance(told, dict) and str(told.get("reference", "")).startswith("Patient/"):
            yield told["reference"].removeprefix("Patient/")
