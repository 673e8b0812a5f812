"""What can be done at the FHIR interface? Exactly what is served, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from monitoring.interop.fhir.elements_out import OWN
from monitoring.interop.fhir.registry import SERVED
from monitoring.interop.fhir.served import Served

INTERACTION = {"c": "create", "r": "read", "u": "update", "s": "search-type", "d": "delete"}


def statement(at: datetime) -> dict[str, Any]:
    """Return the CapabilityStatement."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": at.isoformat(),
        "kind": "instance",
        "software": {"name": "il2ward"},
        "implementation": {"description": "Pre-dose support for high-dose interleukin-2 wards."},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "description": "A device key (Authorization: Api-Key), a signed-in person, or a system's short "
                    "token (SMART Backend Services, /.well-known/smart-configuration).",
                },
                "resource": [_resource(served) for served in SERVED],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _resource(served: Served) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": served.type,
        "documentation": served.about,
        "interaction": [{"code": INTERACTION[act]} for act in served.acts],
        "versioning": "versioned-update" if "u" in served.acts else "no-version",
        "conditionalCreate": "c" in served.acts and "d" not in served.acts,
        "searchParam": [
            {"name": param.name, "type": param.kind, "documentation": param.about} for param in served.params
        ],
    }
    if served.type == "Observation":
        told["interaction"][2:2] = [{"code": "vread"}, {"code": "history-instance"}]
    if served.revincludes:
        told["searchRevInclude"] = list(served.revincludes)
    if served.type == "Encounter":
        told["operation"] = [{"name": "course", "definition": f"{OWN}OperationDefinition:course",
                              "documentation": "GET Encounter/<id>/$course: the dossier of its course."}]  # fmt: skip
    return told
