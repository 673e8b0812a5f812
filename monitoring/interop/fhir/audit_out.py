"""How do the acts of the log, and the reads of patients' records, read as FHIR R4 AuditEvents, for admins?"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from il2ward.audit.models import AuditEvent, ReadAccess
from monitoring.interop.fhir import params
from monitoring.interop.fhir.elements_out import HL7, OWN, instant, narrative_free, reference
from monitoring.interop.fhir.served import Param, Reader, Resource, RowSource, Served

OF_EVENT, OF_READ = "event-", "read-"
REST = {"system": f"{HL7}audit-event-type", "code": "rest", "display": "RESTful Operation"}
USER = {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110153", "display": "Source Role ID"}
# What an act did to the record, by the last word of its name; anything else is an execution.
_CREATES = ("recorded", "registered", "opened", "planned", "issued", "adopted", "signed", "decided", "placed")


def act(row: AuditEvent) -> Resource:
    """Return one act of the hash chain, with its link."""
    word = row.event.rpartition(".")[2]
    who = "il2ward" if row.actor is None and row.device is None else str(row.actor or row.device)
    return narrative_free({
        "resourceType": "AuditEvent",
        "id": f"{OF_EVENT}{row.seq}",
        "type": REST,
        "subtype": [{"system": f"{OWN}event", "code": row.event}],
        "action": "R" if word == "read" else "C" if word in _CREATES else "E",
        "recorded": instant(row.at),
        "outcome": "4" if row.event.endswith("refused") else "0",
        "agent": [_agent(who, row.actor_role)],
        "source": _source(row.site.code if row.site is not None else ""),
        "entity": [*_patient(row.patient_id), *_subject(row)],
    })  # fmt: skip


def read(row: ReadAccess) -> Resource:
    """Return that a person opened a patient's page."""
    return {
        "resourceType": "AuditEvent",
        "id": f"{OF_READ}{row.pk}",
        "type": REST,
        "subtype": [{"system": f"{OWN}page", "code": row.page}],
        "action": "R",
        "recorded": instant(row.at),
        "outcome": "0",
        "agent": [_agent(str(row.user), row.user.role)],
        "source": _source(row.user.site.code if row.user.site is not None else ""),
        "entity": _patient(row.patient_id),
    }


def _agent(who: str, role: str) -> dict[str, Any]:
    return narrative_free({
        "type": {"coding": [USER]},
        "role": [{"text": role}] if role else [],
        "who": {"display": who},
        "requestor": True,
    })  # fmt: skip


def _source(site: str) -> dict[str, Any]:
    return narrative_free({"site": site, "observer": {"display": "il2ward"}})


def _patient(patient_id: str) -> list[dict[str, Any]]:
    if not patient_id:
        return []
    role = {"system": f"{HL7}object-role", "code": "1", "display": "Patient"}
    kind = {"system": f"{HL7}audit-entity-type", "code": "1", "display": "Person"}
    return [{"what": reference("Patient", patient_id), "type": kind, "role": role}]


def _subject(row: AuditEvent) -> list[dict[str, Any]]:
    """What the act was on, and its link in the chain."""
    named = f"{row.subject} {row.subject_id}".strip()
    details = [{"type": "sha256", "valueString": row.hash}, {"type": "previous", "valueString": row.prev_hash}]
    return [narrative_free({"what": {"identifier": {"system": f"{OWN}audit", "value": str(row.seq)}},
                            "name": named, "detail": details})]  # fmt: skip


def _site(reader: Reader) -> int | None:
    return reader.actor.site_id


def _acts(reader: Reader) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(site=_site(reader), site__isnull=False).select_related("actor", "device", "site")


def _reads(reader: Reader) -> QuerySet[ReadAccess]:
    rows = ReadAccess.objects.filter(user__site=_site(reader), user__site__isnull=False)
    return rows.select_related("user__site")


def _patient_id(value: str) -> Q:
    key = params.uuid(value.rpartition("/")[2])
    return params.NOTHING if key is None else Q(patient_id=str(key))


AUDIT_EVENT = Served(
    type="AuditEvent",
    about="Each act of the hash chain and each look at a patient's record, at the admin's own hospital.",
    sources=(
        RowSource(
            _acts,
            act,
            {
                "date": params.moments("date", "at"),
                "patient": _patient_id,
                "subtype": lambda value: Q(event=value.rpartition("|")[2]),
            },
            params.whole,
            OF_EVENT,
        ),
        RowSource(
            _reads,
            read,
            {
                "date": params.moments("date", "at"),
                "patient": _patient_id,
                "subtype": lambda value: Q(page=value.rpartition("|")[2]),
            },
            params.whole,
            OF_READ,
        ),
    ),
    params=(
        Param("date", "date", "when it happened"),
        Param("patient", "reference", "whom it concerned"),
        Param("subtype", "token", "the name of the act or of the page"),
    ),
    admins_only=True,
)
